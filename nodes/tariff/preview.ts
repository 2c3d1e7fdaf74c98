/**
 * What the dialog of a tariff shows of the settings typed into it: what is wrong with them, and where; else the rates of
 * today and tomorrow, since when the official prices are valid, and what the last year would have cost with them.
 */
import type { NodeAPI } from 'node-red';
import { addDays, instantAt, isoParis, parisDate, parisDay, type ParisDay } from '../../lib/readings/paris';
import { EURO } from '../../lib/tariffs/amounts';
import type { DayKind } from '../../lib/tariffs/calendars';
import type { Problem } from '../../lib/tariffs/problems';
import { readTariff } from '../../lib/tariffs/settings/read-tariff';
import { Tariff } from '../../lib/tariffs/tariff';
import type { TariffData } from '../../lib/tariffs/tariff-data';
import type { Contract, TariffTerms } from '../../lib/tariffs/terms';
import { failureOf, type Failure } from '../shared/failure';
import { clock, homeOf } from '../shared/services';
import { realmOfTariff } from '../shared/running-meters';
import { yearOf, type MeterYear } from './year';

/** Of Express, what is used here; the body as Node-RED has read it. */
export interface Request {
  body?: unknown;
}

/** Of Express, what is used here. */
export interface Response {
  set(headers: Record<string, string>): unknown;
  json(content: unknown): unknown;
  status(code: number): { send(text: string): unknown };
}

/** A stretch of a day, in minutes from its midnight. */
interface Stretch {
  from: number;
  to: number;
  period: string | null;
  /** What people call the period. */
  label: string | null;
  /** €/kWh */
  price: number | null;
  /** Why there is no price. */
  why: string | null;
}

/** A day of 23 to 25 hours. */
interface PreviewDay {
  date: string;
  minutes: number;
  stretches: Stretch[];
  /** What is known of the calendar's day that begins on it; null for a tariff without a calendar. */
  known: Partial<DayKind> | null;
}

/** Since when today's official prices are valid, who says so, and when that was checked (ISO 8601). */
interface Official {
  from: string;
  source: string;
  isOfficial: boolean;
  checkedAt: string | null;
}

/** Either what is wrong, or what it comes to. */
export interface Preview {
  problems: Problem[];
  days: PreviewDay[];
  official: Official | null;
  /** Since when typed prices count today; null: they don't. */
  ownSince: string | null;
  /** Days of each kind that are left of the season; null where that isn't known. */
  daysLeft: Record<string, number> | null;
  /** Of each meter that uses the tariff, as it is deployed. */
  year: MeterYear[];
  failure?: Failure;
}

const MINUTE = 60_000;
const NOTHING: Preview = {
  problems: [],
  days: [],
  official: null,
  ownSince: null,
  daysLeft: null,
  year: [],
};

/** JSON, or the failure as JSON: either way an answer. */
export async function answerPreview(RED: NodeAPI, request: Request, response: Response): Promise<void> {
  response.set({ 'Cache-Control': 'no-store' });
  try {
    response.json(await previewOf(RED, request.body));
  } catch (error) {
    response.json({ ...NOTHING, failure: failureOf(error) });
  }
}

async function previewOf(RED: NodeAPI, settings: unknown): Promise<Preview> {
  const { terms, problems } = readTariff(settings);
  if (!terms) return { ...NOTHING, problems };
  const { id: posted } = settings as { id?: unknown };
  const id = typeof posted === 'string' ? posted : '';
  const home = await homeOf(RED);
  const data = home.tariffData(realmOfTariff(RED, id));
  await data.load(id);
  const tariff = new Tariff(terms, data.facts(id));
  const today = parisDate(clock().now());
  return {
    problems: [],
    days: [today, addDays(today, 1)].map((date) => previewDay(parisDay(date), tariff, terms)),
    ...sourceOf(terms.contracts.at(-1)!, today, data),
    daysLeft: daysLeftOf(terms, today, data),
    year: await yearOf(RED, home, id, terms, today),
  };
}

function previewDay(day: ParisDay, tariff: Tariff, terms: TariffTerms): PreviewDay {
  const { schedule } = terms.contracts.findLast(({ from }) => from <= day.date) ?? terms.contracts[0]!;
  const minute = (instant: number): number => (instant - day.start) / MINUTE;
  return {
    date: day.date,
    minutes: minute(day.end),
    known: knownOf(tariff, instantAt(day.date, '12:00')),
    stretches: tariff.rates(day.start, day.end).map(({ start, end, period, price, why }) => ({
      from: minute(start),
      to: minute(end),
      period,
      label: period === null ? null : (schedule.periods[period] ?? period),
      price: price === null ? null : price / EURO,
      why,
    })),
  };
}

/** At noon every calendar's day has begun. */
function knownOf(tariff: Tariff, noon: number): PreviewDay['known'] {
  const day = tariff.dayAt(noon);
  return day && (day.known ?? {});
}

function daysLeftOf({ contracts }: TariffTerms, today: string, { asking }: TariffData): Preview['daysLeft'] {
  const calendar = contracts.at(-1)!.schedule.calendar;
  return calendar === null || calendar === 'own' ? null : asking.daysLeft(calendar, today);
}

/** Whose prices count today: of the typed and the official ones the later, on the same day what is typed. */
function sourceOf(
  { offer, power, isRegulated, versions }: Contract,
  today: string,
  { prices }: TariffData,
): Pick<Preview, 'official' | 'ownSince'> {
  const typed = versions.findLast(({ from }) => from <= today)?.from ?? null;
  const official = isRegulated && power !== null ? prices.versions(offer, power) : [];
  const inForce = official.findLast(({ from }) => from <= today);
  if (!inForce || (typed !== null && typed >= inForce.from)) return { official: null, ownSince: typed };
  const { from, source, isOfficial } = inForce;
  const checkedAt = prices.checkedAt(offer);
  return {
    official: { from, source, isOfficial, checkedAt: checkedAt === null ? null : isoParis(checkedAt) },
    ownSince: null,
  };
}
