/**
 * Keeps official prices and the days of Tempo and EJP up to date while tariffs that need them run: one appointment for all
 * tariffs, which every deployment makes anew. Nothing is asked that no tariff needs.
 */
import type { NodeAPI } from 'node-red';
import type { EnedisError, Params } from '../../lib/errors';
import type { Realm } from '../../lib/storage/storage';
import type { NeededDays } from '../../lib/tariffs/days/asking';
import type { Doubt } from '../../lib/tariffs/days/days';
import { DayRenewal, type NeededOfSources } from '../../lib/tariffs/days/renewal';
import { DailyRenewal, type Needed } from '../../lib/tariffs/prices/renewal';
import type { OfferKind, TariffTerms } from '../../lib/tariffs/terms';
import type { TariffData } from '../../lib/tariffs/tariff-data';
import { clock, homeOf, random } from '../shared/services';
import { realmsOf } from '../shared/running-meters';
import { hasText, text } from '../shared/words';

/** The tariffs of one Node-RED that run. */
export class Upkeep {
  readonly #RED: NodeAPI;
  readonly #tariffs = new Map<string, Promise<TariffTerms | null>>();
  readonly #prices: DailyRenewal;
  readonly #days: DayRenewal;
  /** Once all nodes are there: only then is it known whose tariffs they are. */
  readonly #onStarted = (): void => {
    this.#prices.start();
    this.#days.start();
  };

  constructor(RED: NodeAPI) {
    this.#RED = RED;
    const house = {
      clock: { now: () => clock().now(), at: (when: number, task: () => void) => clock().at(when, task) },
      random,
    };
    this.#prices = new DailyRenewal({
      ...house,
      needed: () => this.#neededPrices(),
      onChanged: (offers) => this.#say('info', 'log.renewed', { offers: offers.join(', ') }),
      onProblem: (problem) => this.#complainOfPrices(problem),
    });
    this.#days = new DayRenewal({
      ...house,
      needed: () => this.#neededDays(),
      onDoubt: (doubt) => this.#doubt(doubt),
      onDisagreement: ({ date, said }) =>
        this.#say('warn', 'log.disagreement', {
          date,
          said: Object.entries(said)
            .map(([source, kind]) => `${this.#sourceInWords(source)}\u00a0: ${this.#kindInWords(kind)}`)
            .join(', '),
        }),
      onProblem: (problem) => this.#complainOfDays(problem),
    });
  }

  /** @param terms what the tariff says; null where it can't be used. */
  join(tariff: string, terms: Promise<TariffTerms | null>): void {
    if (this.#tariffs.size === 0) this.#RED.events.on('flows:started', this.#onStarted);
    this.#tariffs.set(tariff, terms);
  }

  /** Resolves when nothing of it is under way, where it was the last one. */
  async leave(tariff: string): Promise<void> {
    this.#tariffs.delete(tariff);
    if (this.#tariffs.size > 0) return;
    this.#RED.events.off('flows:started', this.#onStarted);
    await Promise.all([this.#prices.stop(), this.#days.stop()]);
  }

  /** Of each realm's data what the tariffs need; the data folder isn't touched for a tariff that needs nothing. */
  async #needs<T>(of: (terms: TariffTerms) => readonly T[]): Promise<Map<TariffData, T[]>> {
    const needs = new Map<TariffData, T[]>();
    for (const [tariff, promised] of this.#tariffs) {
      const terms = await promised;
      const needed = terms ? of(terms) : [];
      if (needed.length === 0) continue;
      const home = await homeOf(this.#RED);
      const realms: Iterable<Realm> = realmsOf(this.#RED, tariff);
      for (const realm of realms) {
        const data = home.tariffData(realm);
        needs.set(data, [...(needs.get(data) ?? []), ...needed]);
      }
    }
    return needs;
  }

  async #neededPrices(): Promise<Needed[]> {
    const byPrices = new Map<Needed['prices'], OfferKind[]>();
    // Two realms may share the prices.
    for (const [{ prices }, offers] of await this.#needs(officialOffers))
      byPrices.set(prices, [...(byPrices.get(prices) ?? []), ...offers]);
    return [...byPrices].map(([prices, offers]) => ({ prices, offers: [...new Set(offers)] }));
  }

  async #neededDays(): Promise<NeededOfSources[]> {
    const byAsking = new Map<NeededOfSources['asking'], { data: TariffData; days: NeededDays[] }>();
    // Two realms may share the sources.
    for (const [data, days] of await this.#needs(publishedDays)) {
      const known = byAsking.get(data.asking);
      byAsking.set(data.asking, { data: known?.data ?? data, days: [...(known?.days ?? []), ...days] });
    }
    return [...byAsking].map(([asking, { data, days }]) => ({
      asking,
      days: merged(days),
      onChanged: () => data.changed(),
    }));
  }

  #complainOfPrices(problem: EnedisError): void {
    const { host = '?', file = 'prices.json' } = problem.params;
    if (problem.code === 'ENEDIS_NETWORK') this.#say('warn', 'log.notReached', { host });
    else if (problem.code === 'ENEDIS_STORAGE') this.#say('warn', 'log.notKept', { file });
    else this.#say('warn', 'log.notUnderstood');
  }

  #complainOfDays(problem: EnedisError): void {
    const { file = 'asked.json' } = problem.params;
    const why = text(this.#RED, 'enedis-config', `status.${problem.code}`);
    if (problem.code === 'ENEDIS_STORAGE') this.#say('warn', 'log.daysNotKept', { file });
    else this.#say('warn', 'log.daysUnread', { why });
  }

  #doubt({ source, why, date, kind }: Doubt): void {
    this.#say('warn', `log.doubt.${why}`, {
      date,
      source: this.#sourceInWords(source),
      kind: this.#kindInWords(kind),
    });
  }

  #sourceInWords(source: string): string {
    return text(this.#RED, 'enedis-tariff', `source.${source}`);
  }

  #kindInWords(kind: string): string {
    return hasText('enedis-tariff', `kind.${kind}`) ? text(this.#RED, 'enedis-tariff', `kind.${kind}`) : kind;
  }

  #say(level: 'info' | 'warn', key: string, params: Params = {}): void {
    this.#RED.log[level](text(this.#RED, 'enedis-tariff', key, params));
  }
}

/** Offers at an official price, those of former contracts among them: the past is priced as well. */
function officialOffers({ contracts }: TariffTerms): OfferKind[] {
  return contracts.filter(({ isRegulated }) => isRegulated).map(({ offer }) => offer);
}

/** Days that somebody publishes, and when the tariff asks for them. */
function publishedDays({ days, contracts }: TariffTerms): NeededDays[] {
  if (days === 'messages') return [];
  return contracts.flatMap(({ from, until, schedule: { calendar } }) =>
    calendar === null || calendar === 'own' ? [] : [{ calendar, from, until }],
  );
}

/** One for each calendar, from the earliest date to the last. */
function merged(days: readonly NeededDays[]): NeededDays[] {
  const byCalendar = new Map<NeededDays['calendar'], NeededDays>();
  for (const each of days) {
    const known = byCalendar.get(each.calendar) ?? each;
    byCalendar.set(each.calendar, {
      calendar: each.calendar,
      from: each.from < known.from ? each.from : known.from,
      until: latest(each.until, known.until),
    });
  }
  return [...byCalendar.values()];
}

function latest(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return null;
  return a > b ? a : b;
}
