/** The five measures and the name each route gives them. A new route is a column here. */
import type { Direction, Series } from './types';

/** A measure under its names: production has no maximum power. */
export interface Resource {
  direction: Direction;
  series: Series;
  /** Data Connect 2026, and Conso's new types. */
  name2026: string;
  /** Data Connect v5, below the host. */
  pathV5: string;
  /** Conso's old types. */
  consoV5: string;
  medV1: string;
  medV2: string;
}

/** Sources: the Data Connect 2026 Swagger and v5 paths, Conso API's types, MyElectricalData's routes. */
export const RESOURCES: readonly Resource[] = [
  {
    direction: 'consumption',
    series: 'daily',
    name2026: 'consommation_quotidienne',
    pathV5: '/metering_data_dc/v5/daily_consumption',
    consoV5: 'daily_consumption',
    medV1: 'daily_consumption',
    medV2: 'consumption/daily',
  },
  {
    direction: 'consumption',
    series: 'loadCurve',
    name2026: 'courbe_de_charge_consommation',
    pathV5: '/metering_data_clc/v5/consumption_load_curve',
    consoV5: 'consumption_load_curve',
    medV1: 'consumption_load_curve',
    medV2: 'consumption/detail',
  },
  {
    direction: 'consumption',
    series: 'maxPower',
    name2026: 'puissance_conso_max_quotidienne',
    pathV5: '/metering_data_dcmp/v5/daily_consumption_max_power',
    consoV5: 'consumption_max_power',
    medV1: 'daily_consumption_max_power',
    medV2: 'power',
  },
  {
    direction: 'production',
    series: 'daily',
    name2026: 'production_quotidienne',
    pathV5: '/metering_data_dp/v5/daily_production',
    consoV5: 'daily_production',
    medV1: 'daily_production',
    medV2: 'production/daily',
  },
  {
    direction: 'production',
    series: 'loadCurve',
    name2026: 'courbe_de_charge_production',
    pathV5: '/metering_data_plc/v5/production_load_curve',
    consoV5: 'production_load_curve',
    medV1: 'production_load_curve',
    medV2: 'production/detail',
  },
];

/** In the Swagger, but the simulated application isn't subscribed to them: no real answer was ever recorded. */
export const INDEX_RESOURCES: readonly string[] = ['index_consommation', 'index_production'];

type NameColumn = 'name2026' | 'pathV5' | 'consoV5' | 'medV1' | 'medV2';

/** Undefined for a name that this route doesn't know, whatever the others call so. */
export function resourceNamed(column: NameColumn, name: string): Resource | undefined {
  return RESOURCES.find((resource) => resource[column] === name);
}
