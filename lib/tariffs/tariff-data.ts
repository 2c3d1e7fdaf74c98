/** All that tariffs share, kept once in `tariffs/` of the data folder: official prices, days, and each tariff's own. */
import type { PublishedCalendar } from './calendars';
import { DayAsking, type SourceAddresses } from './days/asking';
import { Days, type Told } from './days/days';
import { ToldRates, type RatesTold } from './days/told-rates';
import { OfficialPrices, type OfficialPricesOptions } from './prices/official-prices';
import type { Facts } from './tariff';
import type { CalendarName } from './terms';

/** As for official prices; what is published for everybody may be another realm's already. */
export interface TariffDataOptions extends OfficialPricesOptions {
  published?: TariffData;
  /** Where days are asked for, but for the sources' own addresses. */
  sources?: SourceAddresses;
}

/** One for a data folder and realm. */
export class TariffData {
  readonly prices: OfficialPrices;
  readonly asking: DayAsking;
  readonly #options: Pick<OfficialPricesOptions, 'storage' | 'realm'>;
  readonly #published: TariffData | undefined;
  readonly #days = new Map<string, Days>();
  readonly #rates = new Map<string, ToldRates>();
  readonly #news: { watchers: Set<() => void>; revision: number };

  constructor({ published, ...options }: TariffDataOptions) {
    this.#options = options;
    this.#published = published;
    this.prices = published?.prices ?? new OfficialPrices(options);
    const days = (calendar: PublishedCalendar): Days => this.days(calendar, '');
    this.asking = published?.asking ?? new DayAsking({ ...options, days });
    // What changes for one realm that shares it changes for the other.
    this.#news = published ? published.#news : { watchers: new Set(), revision: 0 };
  }

  /** Told from now on whenever something else is known than before. Returns what ends it. */
  watch(watcher: () => void): () => void {
    this.#news.watchers.add(watcher);
    return () => void this.#news.watchers.delete(watcher);
  }

  /** Tells whoever watches; for those who change what is kept here. */
  changed(): void {
    this.#news.revision++;
    for (const watcher of this.#news.watchers) watcher();
  }

  /** `msg.days` for a tariff's calendar. Rejects where the disk fails. */
  async tellDays(calendar: CalendarName, tariff: string, told: unknown): Promise<Told> {
    const days = this.days(calendar, tariff);
    await days.load();
    const answer = await days.tell(told);
    if (answer.changed.length > 0) this.changed();
    return answer;
  }

  /** `msg.rates` of a tariff. Rejects where the disk fails. */
  async tellRates(tariff: string, told: unknown, now: number): Promise<RatesTold> {
    const rates = this.rates(tariff);
    await rates.load();
    const answer = await rates.tell(told, now);
    if (answer.changed) this.changed();
    return answer;
  }

  /** The days of a calendar; `own` ones are the tariff's. */
  days(calendar: CalendarName, tariff: string): Days {
    if (this.#published && calendar !== 'own') return this.#published.days(calendar, tariff);
    return remembered(this.#days, calendar === 'own' ? `own-${tariff}` : calendar, () => {
      return new Days(this.#options.storage, this.#options.realm, calendar, tariff);
    });
  }

  rates(tariff: string): ToldRates {
    return remembered(this.#rates, tariff, () => {
      return new ToldRates(this.#options.storage, this.#options.realm, tariff);
    });
  }

  /** What one tariff needs to know, once it is loaded. Rejects with `storageRead`; what could be read counts all the same. */
  async load(tariff: string): Promise<void> {
    const calendars: CalendarName[] = ['tempo', 'ejp', 'own'];
    await Promise.all([
      this.prices.load(),
      this.asking.load(),
      this.rates(tariff).load(),
      ...calendars.map((calendar) => this.days(calendar, tariff).load()),
    ]);
  }

  facts(tariff: string): Facts {
    return {
      officialVersions: (offer, power) => this.prices.versions(offer, power),
      kindOf: (calendar, date) => this.days(calendar, tariff).of(date),
      slots: (from, to) => this.rates(tariff).slots(from, to),
      revision: () => this.#news.revision,
    };
  }
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  let found = known.get(key);
  if (found === undefined) {
    found = make();
    known.set(key, found);
  }
  return found;
}
