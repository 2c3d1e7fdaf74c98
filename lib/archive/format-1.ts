/**
 * What format 1 has left, at its old place and without checksums: read for ever, made into format 2 when it is written,
 * and removed only then. Where both are there (a process ended in between, or somebody went back to an older version for
 * a while), what format 2 says counts, and what only format 1 has is added.
 */
import { z } from 'zod';
import type { ParisDay } from '../readings/paris';
import type { Series } from '../readings/reading';
import { measuresOf, newSegments } from './day';
import { meterState, nodeState, type DayRecord, type MeterState, type NodeState } from './format';

const meterState1 = meterState.extend({
  version: z.literal(1),
  /** By the id of the flow node. */
  nodes: z.record(z.string(), nodeState),
});

/** The one document that held what now are the meter's and its nodes'. */
export interface MeterState1 {
  state: MeterState;
  nodes: Record<string, NodeState>;
}

/** Throws for anything that isn't one. */
export function checkMeterState1(content: unknown): MeterState1 {
  const { nodes, rev, files, series } = meterState1.parse(content);
  return { state: { rev, files, series }, nodes };
}

/** The meter's state, with what only format 1 knows. Revisions only grow. */
export function withState1(state: MeterState, old: MeterState): MeterState {
  return {
    rev: Math.max(state.rev, old.rev),
    files: { ...old.files, ...state.files },
    series: { ...old.series, ...state.series },
  };
}

/** A day with the readings that only format 1 has of it, which get revision `rev` where format 2 has others. */
export function withDay1(
  day: ParisDay,
  series: Series,
  record: DayRecord | undefined,
  old: DayRecord,
  rev: number,
): DayRecord {
  if (!record) return old;
  const known = measuresOf(day, record);
  const missing = measuresOf(day, old).filter(
    ({ start, end }) => !known.some((each) => each.start < end && start < each.end),
  );
  if (missing.length === 0) return record;
  const segments = [...record.segments, ...newSegments(day, series, record, missing, rev)];
  return { ...record, segments };
}
