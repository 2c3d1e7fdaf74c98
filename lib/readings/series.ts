/**
 * The one table of series: everything the house knows of a series stands in its row, and whatever depends on which
 * series there are is derived from here. A new series is a row, and its name in the two catalogues of `enedis-config`
 * (`series.<name>`).
 * Sources: Enedis' Data Connect 2026 Swagger and v5 catalogue, Conso API's documentation, MyElectricalData's routes, and
 * recorded bodies of all of them (November 2026).
 */

/**
 * Enedis' `soutirage` and `injection`: what is drawn from the grid and what is fed into it. What a household uses of its
 * own panels is in neither.
 */
export type Direction = 'consumption' | 'production';

/** Not every series has both: `SERIES` says which. */
export const ALL_DIRECTIONS: readonly Direction[] = ['consumption', 'production'];

/** Energy, power, apparent power: which one is the series' (`SERIES`), but for a load curve added up. */
export type Unit = 'kWh' | 'kW' | 'kVA';

/** The languages in which gateways name a series: Conso API speaks Enedis' own of 2026, or its older one. */
export type Dialect = 'data-connect' | 'conso-v5' | 'my-electrical-data' | 'my-electrical-data-v1';

/** What a series is. `Name` stands for the names of all series. */
export interface SeriesDefinition<Name extends string = string> {
  unit: Unit;
  /** What the gateways count in; a thousand of them make one `unit`. */
  smallUnit: 'Wh' | 'W' | 'VA';
  /** The units that bodies of measures state, in lower case, each with how many small units it is. */
  units: Readonly<Record<string, number>>;
  /** Enedis' word for what is measured (`grandeurPhysique`). */
  quantity: string;
  /** Others of the same kind that may stand beside it in a body and aren't this series. */
  notQuantities?: readonly string[];
  /** Enedis' word for it in what a holder has opened (`mesuresTypeCode`); null where it has none. */
  service: string | null;
  /** What Data Connect 2026 wants to be told beside the meter and the days. */
  parameters?: Readonly<Record<string, string>>;
  /** How gateways call it; where a dialect has no name for a direction, it can't be asked for there. */
  names: Readonly<Record<Dialect, Readonly<Partial<Record<Direction, string>>>>>;
  directions: readonly Direction[];
  /** One value a day, or one an interval of some minutes. */
  perDay: boolean;
  /** A value a day that was reached at one moment, which the time in its label tells. */
  hasMoment: boolean;
  /** Several values at one instant: one for each register of the meter, or for each phase. */
  parts?: 'register' | 'phase';
  /** The longest period one request may ask, in days (Enedis: 7 for curves; 365 is safe for the others). */
  windowDays: number;
  /** How far back Enedis keeps it: this many months and 15 days. */
  historyMonths: number;
  /** Above this an amount, in small units, can't be a household's: 250 kVA is the largest connection these meters are on. */
  largest: number;
  /** How its values are combined over a period where nothing else is asked for. */
  usualFunction: 'sum' | 'max';
  /** Whether a sum of it means something: a sum of energy or of mean powers is energy, a sum of peaks is nothing. */
  canBeSummed: boolean;
  /** The figure of the widget's summary that its latest value is; null where it has none. */
  figure: string | null;
  /** Figures of the summary that its values add up to, so far. */
  toDate: readonly ('month' | 'year')[];
  /** The series that a complete day of it must agree with, to the watt-hour; null where there is none. */
  reconciledWith: NoInfer<Name> | null;
  /**
   * Collected only where the holder has switched hourly collection on: the tick `loadCurve` of the meter's dialog leaves
   * it out.
   */
  needsHourlyCollection: boolean;
  /** How far back the first daily collection goes: to 1 January, or a week. */
  firstCollection: 'year' | 'week';
  /** How many days the dialog's test of the access asks for; null where the test leaves it out. */
  accessDays: number | null;
}

/** Keeps the names of the rows as a type, so that rows can speak of each other. */
function table<Name extends string>(
  rows: Readonly<Record<Name, SeriesDefinition<Name>>>,
): Readonly<Record<Name, SeriesDefinition<Name>>> {
  return rows;
}

/** Every series there is, in the order in which they are asked for. */
export const SERIES = table({
  /** The energy of a day. */
  daily: {
    unit: 'kWh',
    smallUnit: 'Wh',
    // `W` is a wrong default of MyElectricalData v2's older cache.
    units: { wh: 1, kwh: 1000, w: 1 },
    quantity: 'EA',
    service: 'ENERGIE',
    names: {
      'data-connect': { consumption: 'consommation_quotidienne', production: 'production_quotidienne' },
      'conso-v5': { consumption: 'daily_consumption', production: 'daily_production' },
      'my-electrical-data': { consumption: 'consumption/daily', production: 'production/daily' },
      'my-electrical-data-v1': { consumption: 'daily_consumption', production: 'daily_production' },
    },
    directions: ['consumption', 'production'],
    perDay: true,
    hasMoment: false,
    windowDays: 365,
    historyMonths: 36,
    largest: 250_000 * 25,
    usualFunction: 'sum',
    canBeSummed: true,
    figure: 'day',
    toDate: ['month', 'year'],
    reconciledWith: 'loadCurve',
    needsHourlyCollection: false,
    firstCollection: 'year',
    accessDays: 365,
  },
  /** The highest apparent power of a day, and the second at which it was reached. */
  maxPower: {
    unit: 'kVA',
    smallUnit: 'VA',
    // Sources disagree: VA in every recorded body, W in the Swagger's prose, kVA in the v5 catalogue.
    units: { va: 1, kva: 1000, w: 1 },
    quantity: 'PMA',
    // With `TOUT` in place of the quantity they come as well, one for each phase.
    notQuantities: ['PMA1', 'PMA2', 'PMA3'],
    service: 'PMAX',
    parameters: { mesuresPas: 'P1D', grandeurPhysique: 'PMA' },
    names: {
      'data-connect': { consumption: 'puissance_conso_max_quotidienne' },
      'conso-v5': { consumption: 'consumption_max_power' },
      'my-electrical-data': { consumption: 'power' },
      'my-electrical-data-v1': { consumption: 'daily_consumption_max_power' },
    },
    directions: ['consumption'],
    perDay: true,
    hasMoment: true,
    windowDays: 365,
    historyMonths: 36,
    largest: 250_000,
    usualFunction: 'max',
    canBeSummed: false,
    figure: 'maxPower',
    toDate: [],
    reconciledWith: null,
    needsHourlyCollection: false,
    firstCollection: 'year',
    // It comes with the day's energy.
    accessDays: null,
  },
  /** The mean power of each interval, mostly half an hour. */
  loadCurve: {
    unit: 'kW',
    smallUnit: 'W',
    units: { w: 1, kw: 1000 },
    quantity: 'PA',
    service: 'CDC',
    names: {
      'data-connect': {
        consumption: 'courbe_de_charge_consommation',
        production: 'courbe_de_charge_production',
      },
      'conso-v5': { consumption: 'consumption_load_curve', production: 'production_load_curve' },
      'my-electrical-data': { consumption: 'consumption/detail', production: 'production/detail' },
      'my-electrical-data-v1': { consumption: 'consumption_load_curve', production: 'production_load_curve' },
    },
    directions: ['consumption', 'production'],
    perDay: false,
    hasMoment: false,
    windowDays: 7,
    historyMonths: 24,
    largest: 250_000,
    usualFunction: 'sum',
    canBeSummed: true,
    figure: 'power',
    toDate: [],
    reconciledWith: 'daily',
    needsHourlyCollection: true,
    firstCollection: 'week',
    accessDays: 7,
  },
});

/** The name of a series, as readings, ids and saved flows have it: it stays. */
export type Series = keyof typeof SERIES;

/** In the order in which they are asked for. */
export const ALL_SERIES = Object.keys(SERIES) as readonly Series[];

/** Whether something is the name of a series. */
export function isSeries(name: unknown): name is Series {
  return typeof name === 'string' && Object.hasOwn(SERIES, name);
}
