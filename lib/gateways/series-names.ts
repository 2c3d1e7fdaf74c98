/**
 * What each series is called in the dialects that gateways speak: a new series is one row a table.
 * Sources: Enedis' Data Connect 2026 Swagger, Conso API's documentation, MyElectricalData's routes (November 2026).
 */
import type { Direction, Series } from '../readings/reading';
import { EnedisError } from '../errors';

type Names = Readonly<Record<Series, Readonly<Partial<Record<Direction, string>>>>>;

/** Data Connect 2026 (`mesure_synchrone_auto/v2/…`), taken over by Conso API as its types. */
export const NAMES_2026: Names = {
  daily: { consumption: 'consommation_quotidienne', production: 'production_quotidienne' },
  loadCurve: { consumption: 'courbe_de_charge_consommation', production: 'courbe_de_charge_production' },
  maxPower: { consumption: 'puissance_conso_max_quotidienne' },
};

/** Conso API's older types, answered from Enedis' v5 family. */
export const NAMES_CONSO_V5: Names = {
  daily: { consumption: 'daily_consumption', production: 'daily_production' },
  loadCurve: { consumption: 'consumption_load_curve', production: 'production_load_curve' },
  maxPower: { consumption: 'consumption_max_power' },
};

/** MyElectricalData v1: as Conso API's, but for the peak. */
export const NAMES_MED_V1: Names = {
  ...NAMES_CONSO_V5,
  maxPower: { consumption: 'daily_consumption_max_power' },
};

/** MyElectricalData v2, under `/enedis/`. */
export const NAMES_MED_V2: Names = {
  daily: { consumption: 'consumption/daily', production: 'production/daily' },
  loadCurve: { consumption: 'consumption/detail', production: 'production/detail' },
  maxPower: { consumption: 'power' },
};

/** @throws EnedisError wrongDirection for a series that doesn't exist that way round. */
export function nameOf(
  names: Names,
  { series, direction }: { series: Series; direction: Direction },
): string {
  const name = names[series][direction];
  if (name === undefined) throw new EnedisError('wrongDirection', { series, direction });
  return name;
}
