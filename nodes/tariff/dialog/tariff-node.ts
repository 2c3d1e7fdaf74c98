/** The node that the dialog edits. */
import type { DatedHours, Version } from './settings';

/** An `enedis-tariff` as the editor holds it. */
export interface TariffNode extends EditorNode {
  name?: string;
  direction?: string;
  offer?: string;
  prices?: string;
  power?: string | number;
  windows?: DatedHours[];
  versions?: Version[];
  days?: string;
  rules?: string;
  earlier?: unknown[];
}
