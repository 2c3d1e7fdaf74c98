/**
 * What the archive's documents hold (format 2).
 *
 *     meters/<realm>/<PDL>/state.json                            MeterState
 *     meters/<realm>/<PDL>/<direction>-<series>-<year>.json      DayRecord by day; the load curve's by month
 *     nodes/<realm>/<PDL>/<id of the flow node>.json             NodeState
 *
 * Readings lie by day, in segments in the order in which they arrived: a later segment replaces what an earlier one said
 * of the same time, and each bears the revision under which it came, so that every reader can be told exactly what is new
 * to it. Values are whole Wh, W or VA; null is a hole. What is read is held to the same bounds as what a gateway answers.
 */
import { z } from 'zod';
import { isPlausible, parisDay } from '../readings/paris';
import { ALL_DIRECTIONS, ALL_SERIES, SERIES, type Series } from '../readings/series';
import { date, instant } from '../storage/values';
import { seriesState } from './series-state';

const MINUTE = 60_000;

/** Revisions count changes; a thousand a day for three hundred years are fewer. */
const revision = z.number().int().nonnegative().max(1_000_000_000);

const segment = z.object({
  /** The archive's revision at which this arrived. */
  rev: revision.positive(),
  /** Minutes (of real time) from the day's midnight to the first value. */
  from: z.number().int().nonnegative(),
  /** Minutes of one interval; a whole day's for daily series. */
  step: z.number().int().positive(),
  values: z.array(z.number().int().nonnegative().nullable()).min(1),
  quality: z.enum(['raw', 'corrected', 'estimated']),
  /** See `Origin`; absent in what format 1 has left. */
  origin: z.string().optional(),
  /** Maximum power: seconds from midnight to the peak. */
  at: z.number().int().nonnegative().optional(),
  /** Which of several values that stand at one instant: the meter's register, */
  register: z.string().optional(),
  /** or the phase. */
  phase: z.literal([1, 2, 3]).optional(),
});

/** Why a day of a series has no reading at all. */
const ABSENCES = ['allNull', 'notPublished', 'notCollected', 'beforeActivation'] as const;

const dayRecord = z.object({
  segments: z.array(segment),
  absence: z.enum(ABSENCES).optional(),
  /** Epoch ms of the last request that covered this day. */
  asked: instant.optional(),
  /** Epoch ms from which it is worth asking again; null: never by itself; absent: any time. */
  again: instant.nullable().optional(),
});

/** What is known of a meter beside its readings. */
export const meterState = z.strictObject({
  rev: revision,
  /** The newest revision in each series file. */
  files: z.record(z.string(), revision),
  series: z.record(z.string(), seriesState),
});

const schedule = z.object({
  /** The day (Paris) this is about. */
  date,
  /** This day's first attempt, drawn once. */
  firstAt: instant,
  /** The window it was drawn from: in another one it is drawn again. */
  window: z.string().optional(),
  /** Fingerprint of the settings the attempt was made with: mended settings are tried at once. */
  settings: z.string(),
  /** When the last attempt of this day was made, and how it ended. */
  attempted: z
    .object({
      at: instant,
      outcome: z.enum(['complete', 'waiting', 'failed', 'refused']),
      notBefore: instant.optional(),
    })
    .optional(),
  /** The day after's first attempt, drawn already because this day's are over. */
  tomorrow: instant.optional(),
});

/** One series on its way through a backfill. Dates; `until` is excluded. */
const track = z.object({
  direction: z.enum(ALL_DIRECTIONS),
  series: z.enum(ALL_SERIES),
  from: date,
  until: date,
  /** How far it is: going back, what lies from here on is done; going forward, what lies before. */
  next: date,
  /** Nothing is asked before this day, because `refused` says why. */
  floor: date.optional(),
  refused: z.string().optional(),
  /** Failures in a row. */
  failures: z.number(),
  /** Epoch ms before which it isn't asked again. */
  notBefore: instant.optional(),
  /** Given up, and for which reason. */
  ended: z.string().optional(),
  /** While nobody could be asked, what was archived (up to `rev`) was handed over: how far, in the same sense as above. */
  ahead: z.object({ next: date, rev: revision }).optional(),
});

const backfill = z.object({
  /** `msg.parts.id` of everything it sends. */
  id: z.string(),
  startedAt: instant,
  order: z.enum(['newest', 'oldest']),
  /** Asks again also for what is known. */
  force: z.boolean(),
  state: z.enum(['running', 'paused', 'done', 'failed', 'cancelled']),
  tracks: z.array(track).min(1),
  /** Sent so far. */
  messages: z.number(),
  readings: z.number(),
  requests: z.number(),
  /** Whole-meter failures in a row that only a person can mend. */
  refusals: z.number(),
  /** Not before `until`, as long as the settings have this fingerprint. */
  waiting: z.object({ until: instant, settings: z.string() }).optional(),
});

/** Also what format 1 kept of each node, within the meter's state. */
export const nodeState = z.strictObject({
  /** It has been given everything up to this revision, */
  cursor: z.number().nonnegative().optional(),
  /** and of each series what the days before this one have; corrections apart. */
  since: z.record(z.string(), date).optional(),
  schedule: schedule.optional(),
  backfill: backfill.optional(),
});

/** Values side by side that arrived together, of one step, quality and origin: whole Wh, W or VA. */
export type Segment = z.infer<typeof segment>;
/** Where values come from: the kind of a gateway, or `file` for one that somebody downloaded. */
export type Origin = string;
/** One Paris day of a series; without segments there is no reading, and `absence` says why. */
export type DayRecord = z.infer<typeof dayRecord>;
/** How a daily collection's day is going, for a restart to carry on from. Instants are epoch ms. */
export type Schedule = z.infer<typeof schedule>;
/** A backfill node's latest run, over or not, for a restart to carry on from. */
export type BackfillRun = z.infer<typeof backfill>;
/** One series of a run: civil days `[from, until)`, and how far it is. */
export type Track = z.infer<typeof track>;
/** What one flow node has been given, and where its schedule or its backfill stands. */
export type NodeState = z.infer<typeof nodeState>;
/** What is known of a meter beside its readings. */
export type MeterState = z.infer<typeof meterState>;
/** Nothing but nulls; not there yet; not there although it is late; before the meter was put into service. */
export type Absence = (typeof ABSENCES)[number];

/** Throws for anything that isn't one. */
export const checkMeterState = (content: unknown): MeterState => meterState.parse(content);
/** Throws for anything that isn't one. */
export const checkNodeState = (content: unknown): NodeState => nodeState.parse(content);

/** Makes what checks a day of a series: it throws for a day that no calendar has, and for values that no day can hold. */
export function dayChecker(series: Series): (name: string, content: unknown) => DayRecord {
  return (name, content) => {
    const record = dayRecord.parse(content);
    const day = parisDay(name);
    if (!isPlausible(day.start)) throw new RangeError(name);
    for (const each of record.segments) {
      if (!fitsInto(each, day.end - day.start, SERIES[series].largest)) throw new RangeError(name);
    }
    return record;
  };
}

/** Whether a day of this length (ms) can hold a segment; the reader of what is kept asks for no more. */
export function fitsInto({ from, step, values, at = 0 }: Segment, length: number, largest: number): boolean {
  return (
    [from, step, at, ...values].every((each) => each === null || (Number.isInteger(each) && each >= 0)) &&
    step > 0 &&
    (from + step * values.length) * MINUTE <= length &&
    at * 1000 <= length &&
    values.every((value) => value === null || value <= largest)
  );
}
