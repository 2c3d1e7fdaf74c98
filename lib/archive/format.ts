/**
 * What the archive's files hold. Readings lie by day, in segments in the order in which they arrived: a later segment
 * replaces what an earlier one said of the same time, and each bears the revision under which it came, so that every
 * reader can be told exactly what is new to it. Values are whole Wh, W or VA; null is a hole.
 */
import { z } from 'zod';
import { ALL_DIRECTIONS, ALL_SERIES } from '../readings/series';

const amount = z.number().int().nonnegative();
/** `YYYY-MM-DD`, and there is such a day: what it is used for later takes that for granted. */
const date = z.iso.date();

const segment = z.object({
  /** The archive's revision at which this arrived. */
  rev: z.number().int().positive(),
  /** Minutes (of real time) from the day's midnight to the first value. */
  from: z.number().int().nonnegative(),
  /** Minutes of one interval; a whole day's for daily series. */
  step: z.number().int().positive(),
  values: z.array(amount.nullable()),
  quality: z.enum(['raw', 'corrected', 'estimated']),
  /** Maximum power: seconds from midnight to the peak. */
  at: z.number().int().nonnegative().optional(),
});

/** Why a day of a series has no reading at all. */
const ABSENCES = ['allNull', 'notPublished', 'notCollected', 'beforeActivation'] as const;

const dayRecord = z.object({
  segments: z.array(segment),
  absence: z.enum(ABSENCES).optional(),
  /** Epoch ms of the last request that covered this day. */
  asked: z.number().optional(),
  /** Epoch ms from which it is worth asking again; null: never by itself; absent: any time. */
  again: z.number().nullable().optional(),
});

const seriesFile = z.object({
  version: z.literal(1),
  days: z.record(date, dayRecord),
});

const seriesState = z.object({
  /** The first day the daily collection answers for. */
  since: date.optional(),
  /** The first it has ever answered for: what a damaged file held from then on is looked for again. */
  first: date.optional(),
  /** Epoch ms since when asking has brought nothing new. */
  quietSince: z.number().optional(),
  /** Not to be asked by itself before `until`, for `reason`, as long as the settings have this fingerprint. */
  blocked: z.object({ until: z.number(), reason: z.string(), settings: z.string() }).optional(),
  /**
   * Enedis has nothing before this day: the meter's activation, or the consent's start. Its `reason`, when it said so and
   * until when that is believed (epoch ms).
   */
  refused: z.object({ before: date, reason: z.string(), at: z.number(), until: z.number() }).optional(),
  /** Fewer days a request than the series allows, because the gateway refused more. */
  windowDays: z.number().int().positive().optional(),
});

const schedule = z.object({
  /** The day (Paris) this is about. */
  date,
  /** This day's first attempt, drawn once. */
  firstAt: z.number(),
  /** The window it was drawn from: in another one it is drawn again. */
  window: z.string().optional(),
  /** Fingerprint of the settings the attempt was made with: mended settings are tried at once. */
  settings: z.string(),
  /** When the last attempt of this day was made, and how it ended. */
  attempted: z
    .object({
      at: z.number(),
      outcome: z.enum(['complete', 'waiting', 'failed', 'refused']),
      notBefore: z.number().optional(),
    })
    .optional(),
  /** The day after's first attempt, drawn already because this day's are over. */
  tomorrow: z.number().optional(),
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
  notBefore: z.number().optional(),
  /** Given up, and for which reason. */
  ended: z.string().optional(),
  /** While nobody could be asked, what was archived (up to `rev`) was handed over: how far, in the same sense as above. */
  ahead: z.object({ next: date, rev: z.number() }).optional(),
});

const backfill = z.object({
  /** `msg.parts.id` of everything it sends. */
  id: z.string(),
  startedAt: z.number(),
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
  waiting: z.object({ until: z.number(), settings: z.string() }).optional(),
});

const nodeState = z.object({
  /** It has been given everything up to this revision, */
  cursor: z.number().optional(),
  /** and of each series what the days before this one have; corrections apart. */
  since: z.record(z.string(), date).optional(),
  schedule: schedule.optional(),
  backfill: backfill.optional(),
});

const meterState = z.object({
  version: z.literal(1),
  rev: z.number().int().nonnegative(),
  /** The newest revision in each series file. */
  files: z.record(z.string(), z.number()),
  series: z.record(z.string(), seriesState),
  /** Per flow node: what it has been given, where its schedule or its backfill stands. */
  nodes: z.record(z.string(), nodeState),
});

/** Values side by side that arrived together, of one step and quality: whole Wh, W or VA. */
export type Segment = z.infer<typeof segment>;
/** One Paris day of a series; without segments there is no reading, and `absence` says why. */
export type DayRecord = z.infer<typeof dayRecord>;
/** Days (`YYYY-MM-DD`) of one series: those of a year, for the load curve of a month. */
export type SeriesFile = z.infer<typeof seriesFile>;
/** What was learnt of a series by asking for it, so as to ask less. */
export type SeriesState = z.infer<typeof seriesState>;
/** What a refusal has taught, believed for a while only. */
export type Refused = NonNullable<SeriesState['refused']>;
/** How a daily collection's day is going, for a restart to carry on from. Instants are epoch ms. */
export type Schedule = z.infer<typeof schedule>;
/** A backfill node's latest run, over or not, for a restart to carry on from. */
export type BackfillRun = z.infer<typeof backfill>;
/** One series of a run: civil days `[from, until)`, and how far it is. */
export type Track = z.infer<typeof track>;
/** What one flow node has been given, and where it stands. */
export type NodeState = z.infer<typeof nodeState>;
/** A meter's book-keeping, `state.json`: everything but the readings. */
export type MeterState = z.infer<typeof meterState>;
/** Nothing but nulls; not there yet; not there although it is late; before the meter was put into service. */
export type Absence = (typeof ABSENCES)[number];

/** Throws for anything that isn't a series file of this version. */
export const checkSeriesFile = (content: unknown): SeriesFile => seriesFile.parse(content);
/** Throws for anything that isn't a state of this version. */
export const checkMeterState = (content: unknown): MeterState => meterState.parse(content);
