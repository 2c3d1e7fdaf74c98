/** All that tariffs share, kept once in `tariffs/` of the data folder: official prices, days, and each tariff's own. */
import { Days } from './days/days';
import { ToldRates } from './days/told-rates';
import { OfficialPrices, type OfficialPricesOptions } from './prices/official-prices';
import type { Facts } from './tariff';
import type { CalendarName } from './terms';

/** As for official prices, which another realm may have already. */
export interface TariffDataOptions extends OfficialPricesOptions {
  prices?: OfficialPrices;
}

/** One for a data folder and realm. */
export class TariffData {
  readonly prices: OfficialPrices;
  readonly #options: Pick<OfficialPricesOptions, 'storage' | 'realm'>;
  readonly #days = new Map<string, Days>();
  readonly #rates = new Map<string, ToldRates>();

  constructor({ prices, ...options }: TariffDataOptions) {
    this.#options = options;
    this.prices = prices ?? new OfficialPrices(options);
  }

  /** The days of a calendar; `own` ones are the tariff's. */
  days(calendar: CalendarName, tariff: string): Days {
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
      this.rates(tariff).load(),
      ...calendars.map((calendar) => this.days(calendar, tariff).load()),
    ]);
  }

  facts(tariff: string): Facts {
    return {
      officialVersions: (offer, power) => this.prices.versions(offer, power),
      kindOf: (calendar, date) => this.days(calendar, tariff).of(date),
      slots: (from, to) => this.rates(tariff).slots(from, to),
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
