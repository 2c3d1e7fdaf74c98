/** The nodes by their type. */

/** As flows are saved with it. Each type has a folder and a catalogue of its name in every language. */
export type NodeType =
  | 'enedis-config'
  | 'enedis-tariff'
  | 'enedis-price'
  | 'enedis-fetch-yesterday'
  | 'enedis-backfill'
  | 'enedis-aggregate'
  | 'enedis-query'
  | 'ui-enedis-linky';
