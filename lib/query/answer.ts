/**
 * Answers a question from the archive: figures over steps of a stretch of days, each with what it is compared with and, where
 * it is the month or the year that is running, what that may come to. Nobody is asked for anything; what isn't there is said.
 */
import type { Period } from '../archive/archive';
import { Turns } from '../async/turns';
import type { Aggregate } from '../figures/aggregate';
import type { Lacks } from '../figures/energy';
import type { Span } from '../readings/completeness';
import {
  addDays,
  datesBetween,
  daysBetween,
  isoParis,
  isoUtc,
  parisDate,
  parisDay,
  parisDayAt,
} from '../readings/paris';
import { spanAt } from '../readings/periods';
import type { Measure } from '../readings/reading';
import {
  comparison,
  missingOf,
  pairsOf,
  partnersFor,
  rounded,
  spanOf,
  valueIn,
  valuesOf,
  type ComparedOf,
  type PartnerOf,
} from './comparison';
import { partsOfDay } from './parts-of-day';
import { isRunning, lastYearOf, projection } from './projection';
import { isWithinDays, type Question } from './question';
import type { Made, Source, ValueMaker } from './values';

/** Days that something is about, and what is missing of them: ISO 8601 with the Paris offset, `end` excluded. */
export interface AnswerDays {
  start: string;
  end: string;
  missing: { start: string; end: string }[];
}

/** The figures of one direction, oldest first, and what is to be said of all of them. */
export interface Answer {
  figures: Aggregate[];
  /** The days asked for, as far as they are over. Null: none of them is. */
  days: AnswerDays | null;
  /** Over those days. */
  expected: number;
  received: number;
  /** The series that figures of energy were made of. */
  from?: Aggregate['from'];
  lacks?: Lacks;
  /** The days they were compared with. */
  compare?: AnswerDays;
  /** The first and the last day (`end` excluded) of which the archive has anything of that kind; null: none. */
  known: Period | null;
}

/** Answers one question. @param now epoch ms */
export async function answer<D>(
  question: Question,
  { archive, id }: Source,
  maker: ValueMaker<D>,
  now: number,
): Promise<Answer> {
  const known = await knownDays(archive, id.direction, maker);
  const today = parisDate(now);
  const asked = { start: question.days.first ?? known?.start ?? today, end: addDays(question.days.last, 1) };
  const past = within(asked, { start: '', end: today });
  const period = known && past && within(past, known);
  const asking: Asking<D> = { question, maker, asked, past, known, now, archive, direction: id.direction };
  const own = period ? await maker.days(period) : new Map<string, D>();
  const figures = period
    ? isWithinDays(question)
      ? await partsOfDays(asking, period)
      : await figuresOfDays(asking, period, own)
    : [];
  return {
    figures,
    ...(await described(asking, own)),
    known,
  };
}

/** What all parts of the work go by. */
interface Asking<D> {
  question: Question;
  maker: ValueMaker<D>;
  /** The days asked for. */
  asked: Period;
  /** Those of them that are over. */
  past: Period | null;
  known: Period | null;
  now: number;
  archive: Source['archive'];
  direction: Question['direction'];
}

/** The first and the last day of which there is anything. */
async function knownDays<D>(
  archive: Source['archive'],
  direction: Question['direction'],
  { series }: ValueMaker<D>,
): Promise<Period | null> {
  const [firsts, lasts]: [string[], string[]] = [[], []];
  for (const each of series) {
    const [first, last] = [
      await archive.firstDay({ direction, series: each }),
      await archive.lastDay({ direction, series: each }),
    ];
    if (first !== undefined) firsts.push(first);
    if (last !== undefined) lasts.push(last);
  }
  const [start, last] = [firsts.sort()[0], lasts.sort().at(-1)];
  return start === undefined || last === undefined ? null : { start, end: addDays(last, 1) };
}

/** What two periods have in common; null where that is nothing. */
function within(one: Period, other: Period): Period | null {
  const start = one.start > other.start ? one.start : other.start;
  const end = one.end < other.end ? one.end : other.end;
  return start < end ? { start, end } : null;
}

/** Figures of whole days. */
async function figuresOfDays<D>(
  asking: Asking<D>,
  period: Period,
  own: ReadonlyMap<string, D>,
): Promise<Aggregate[]> {
  const { maker, known, now } = asking;
  const partnerOf = partnersOf(asking);
  const other = partnerOf ? await daysOf(asking, pairsOf(datesIn(period), partnerOf)) : new Map<string, D>();
  const isKnownDay = (date: string): boolean => date >= known!.start && date < known!.end;
  const figures: Aggregate[] = [];
  const turns = new Turns();
  for (const step of stepsIn(asking, period)) {
    await turns.take();
    const dates = datesIn({ start: parisDate(step.start), end: parisDate(step.end) });
    const there = dates.filter((date) => own.has(date));
    if (there.length === 0) continue;
    const made = maker.make(step, valuesOf(there, own), dates.filter(isKnownDay));
    const over = dates.filter((date) => parisDay(date).start < parisDayAt(now).start);
    const compared: ComparedOf = partnerOf
      ? comparison(pairsOf(over, partnerOf), { maker, own, other, isKnownDay })
      : () => undefined;
    const projected = await projectionOf(asking, step, own);
    for (const figure of made.parts ?? [made.aggregate]) {
      const [compare, whole] = [compared(figure), projected(figure)];
      figures.push({
        ...figure,
        id: idOf(figure, step, asking),
        ...(compare && { compare }),
        ...(whole && { projected: whole }),
      });
    }
  }
  return figures;
}

/** The steps of the days asked for that something is known of; cut by the days asked for. */
function stepsIn<D>({ question, asked }: Asking<D>, period: Period): Span[] {
  const { value } = question;
  const all = spanOf([asked.start, addDays(asked.end, -1)]);
  const { step } = question;
  if (step === 'total') return [all];
  // A peak is the day's.
  const by = value === 'maxPower' && step === 'interval' ? 'day' : step;
  const steps: Span[] = [];
  const { start, end } = spanOf([period.start, addDays(period.end, -1)]);
  for (let at = start; at < end;) {
    const span = spanAt(by as Exclude<typeof by, 'interval'>, at);
    steps.push({ start: Math.max(span.start, all.start), end: Math.min(span.end, all.end) });
    at = span.end;
  }
  return steps;
}

/** A figure that the days asked for cut, and every total, is one of its own: no other node has it. */
function idOf<D>({ id, period }: Aggregate, step: Span, { question }: Asking<D>): string {
  if (question.step === 'total') return `${id}/${isoUtc(step.start)}/${isoUtc(step.end)}`;
  if (period === 'interval' || period === 'total') return id;
  return spanAt(period, step.start).start === step.start && spanAt(period, step.start).end === step.end
    ? id
    : `${id}/${isoUtc(step.end)}`;
}

/** How days find what they are compared with; null where nothing is compared. */
function partnersOf<D>({ question, past }: Asking<D>): PartnerOf | null {
  const { step, compare } = question;
  if (compare === 'none' || !past) return null;
  return partnersFor(step, compare, daysBetween(past.start, past.end));
}

/** What there is of the partners of days. */
async function daysOf<D>(
  { maker, known }: Asking<D>,
  pairs: readonly { partner: string }[],
): Promise<ReadonlyMap<string, D>> {
  const partners = pairs.map(({ partner }) => partner).sort();
  const period =
    known && partners.length > 0
      ? within({ start: partners[0]!, end: addDays(partners.at(-1)!, 1) }, known)
      : null;
  return period ? maker.days(period) : new Map<string, D>();
}

type Projected = ReturnType<typeof projection>;

async function projectionOf<D>(
  { question, maker, known, now }: Asking<D>,
  step: Span,
  own: ReadonlyMap<string, D>,
): Promise<Projected> {
  const isSummed = question.value === 'energy' || question.value === 'cost';
  if (!isSummed || !isRunning(step, now)) return () => undefined;
  const days = { start: parisDate(step.start), end: parisDate(step.end) };
  const lastYear = within(lastYearOf(days), known!);
  const last = lastYear ? await maker.days(lastYear) : new Map<string, D>();
  return projection({ span: step, own, last, maker, since: known!.start });
}

/** Figures of hours, or of the meter's own intervals: of the load curve alone. */
async function partsOfDays<D>(asking: Asking<D>, period: Period): Promise<Aggregate[]> {
  const { question, maker } = asking;
  const partnerOf = partnersOf(asking);
  const figures: Aggregate[] = [];
  const turns = new Turns();
  for (const [date, curve] of await curveOf(asking, period)) {
    const partner = partnerOf?.(date) ?? null;
    const other = partner === null ? new Map<string, Made>() : await partsOf(asking, partner, turns);
    for (const { span, place, measures } of partsOfDay(stepWithinDays(question), curve)) {
      await turns.take();
      const made = maker.makePart(span, measures);
      const then = other.get(place);
      for (const figure of made.parts ?? [made.aggregate]) {
        const compare = then && comparedPart(figure, then);
        figures.push({ ...figure, ...(compare && { compare }) });
      }
    }
  }
  return figures;
}

/** The figures of a day that another is compared with, by the clock on the wall. */
async function partsOf<D>(asking: Asking<D>, date: string, turns: Turns): Promise<Map<string, Made>> {
  const parts = new Map<string, Made>();
  for (const [, curve] of await curveOf(asking, { start: date, end: addDays(date, 1) }))
    for (const { span, place, measures } of partsOfDay(stepWithinDays(asking.question), curve)) {
      await turns.take();
      parts.set(place, asking.maker.makePart(span, measures));
    }
  return parts;
}

function comparedPart(figure: Aggregate, then: Made): NonNullable<Aggregate['compare']> {
  const value = valueIn(then, figure);
  const { start, end, coverage } = then.aggregate;
  const change = value > 0 ? { change: rounded(figure.value / value - 1) } : {};
  return { value, start, end, coverage, ...change };
}

function stepWithinDays({ step }: Question): 'hour' | 'interval' {
  return step === 'hour' ? 'hour' : 'interval';
}

/** The load curve of each day of a period that has one. */
async function curveOf<D>(
  { archive, direction }: Asking<D>,
  period: Period,
): Promise<[string, readonly Measure[]][]> {
  const days = await archive.read({ direction, series: 'loadCurve' }, period);
  const dates = datesIn(period);
  return days.flatMap((day, place) => (day.length === 0 ? [] : [[dates[place]!, day]]));
}

/** How complete the answer is, and what it was compared with. */
async function described<D>(
  asking: Asking<D>,
  own: ReadonlyMap<string, D>,
): Promise<Pick<Answer, 'days' | 'expected' | 'received' | 'from' | 'lacks' | 'compare'>> {
  const { past, maker, known, question } = asking;
  if (!past) return { days: null, expected: 0, received: 0 };
  const span = spanOf([past.start, addDays(past.end, -1)]);
  const [start, end] = [isoParis(span.start), isoParis(span.end)];
  if (own.size === 0)
    return {
      days: { start, end, missing: [{ start, end }] },
      expected: Math.round((span.end - span.start) / 86_400_000),
      received: 0,
    };
  // Days that the archive can't have are beside nothing, and owe no subscription.
  const period = known && within(past, known);
  const dates = period ? datesIn(period) : [];
  const whole = maker.make(span, [...own.values()], dates);
  const { expected, received, from } = whole.aggregate;
  const partnerOf = partnersOf(asking);
  const pairs = partnerOf ? pairsOf(dates, partnerOf) : [];
  return {
    days: { start, end, missing: whole.missing },
    expected,
    received,
    ...(from && !isWithinDays(question) ? { from } : {}),
    ...(whole.lacks ? { lacks: whole.lacks } : {}),
    ...(pairs.length > 0
      ? {
          compare: await comparedDays(
            asking,
            pairs.map(({ partner }) => partner),
          ),
        }
      : {}),
  };
}

async function comparedDays<D>(asking: Asking<D>, partners: readonly string[]): Promise<AnswerDays> {
  const days = await daysOf(
    asking,
    partners.map((partner) => ({ partner })),
  );
  const sorted = [...new Set(partners)].sort();
  const { start, end } = spanOf(sorted);
  return { start: isoParis(start), end: isoParis(end), missing: missingOf(sorted, days, asking.maker) };
}

function datesIn({ start, end }: Period): string[] {
  return datesBetween(start, end);
}
