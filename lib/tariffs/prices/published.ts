/** Official prices as rows: how the ones that ship with the package are read, and how rows become versions. */
import { units } from '../amounts';
import { OFFERS } from '../offers/index';
import type { Offer, Subscription, Version } from '../terms';

/** Offers that are sold at a regulated price. */
export type RegulatedOffer = keyof typeof OFFERS;

/** One price of one option at one power, from a date on. */
export interface PublishedPrice {
  offer: RegulatedOffer;
  from: string;
  /** kVA. */
  power: number;
  /** 10⁻⁵ €/kWh, all taxes, in the order of the offer's periods. */
  prices: readonly number[];
  /** Null where it isn't known. */
  subscription: Subscription | null;
  /** Who says so, for a person. */
  source: string;
  /** Whether that is the regulator's own file. */
  isOfficial: boolean;
}

/** The rows that ship with this package. Their text is loaded when it is first asked for. */
export async function shippedPrices(): Promise<PublishedPrice[]> {
  const { SOURCES, TARIF_BLEU } = await import('./tarif-bleu.js');
  return TARIF_BLEU.trim()
    .split('\n')
    .flatMap((line) => {
      const [offer = '', from = '', source = '', per = '', common = '', powers = ''] = line.split(';');
      return powers.split(', ').map((each): PublishedPrice => {
        const [power, subscription, ...own] = each.split(' ');
        const prices = common === '-' ? own : common.split(' ');
        return {
          offer: offer as RegulatedOffer,
          from,
          power: Number(power),
          prices: prices.map((price) => units(Number(price))),
          subscription:
            subscription === '-'
              ? null
              : { amount: units(Number(subscription)), per: per as Subscription['per'] },
          source: SOURCES[source]!.text,
          isOfficial: SOURCES[source]!.isOfficial,
        };
      });
    });
}

/** A version of the official prices, and who says so. */
export interface PublishedVersion extends Version {
  source: string;
  isOfficial: boolean;
}

/**
 * The versions of an option at one power, the oldest first. Where the option changed and nothing is known for this power,
 * a version without prices stands: the old price isn't in force any more.
 */
export function versionsAt(
  rows: readonly PublishedPrice[],
  offer: RegulatedOffer,
  power: number,
): PublishedVersion[] {
  const byDate = new Map<string, PublishedPrice | null>();
  for (const row of rows) {
    if (row.offer !== offer) continue;
    if (row.power === power) byDate.set(row.from, row);
    else if (!byDate.has(row.from)) byDate.set(row.from, null);
  }
  return [...byDate]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([from, row]) => ({
      from,
      prices: row ? pricesOf(OFFERS[offer], row) : {},
      subscription: row?.subscription ?? null,
      source: row?.source ?? '',
      isOfficial: row?.isOfficial ?? false,
    }));
}

function pricesOf({ schedule }: Offer, { prices }: PublishedPrice): Record<string, number> {
  return Object.fromEntries(Object.keys(schedule.periods).map((period, place) => [period, prices[place]!]));
}
