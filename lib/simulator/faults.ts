/**
 * Everything that was ever seen to go wrong between Enedis and a client, each as a
 * value to hand to `simulator.inject`. A fault sits at one of four places: in what Enedis answers (`enedis`), in the
 * data it holds (`data`), in what the gateway sends (`reply`, `mangle`), or in the connection (`transport`).
 */
import type { FailureName, FailureOptions } from './failures';
import { htmlPage } from './failures';
import { plusDays, shiftStamp } from './paris';
import type { Answer, Point, RequestFilter, SimulatorResponse, Transport } from './types';

/** Of several on one request the newest `enedis` and the newest `reply` count; changes are all made, newest first. */
export type Fault =
  /** Enedis fails; each gateway relays that its own way. */
  | { at: 'enedis'; name: FailureName; options: FailureOptions }
  /** Enedis answers, with other points. */
  | { at: 'data'; change: (answer: Answer) => Answer }
  /** The gateway answers this instead. */
  | { at: 'reply'; response: SimulatorResponse }
  /** The gateway's answer is altered. */
  | { at: 'mangle'; change: (response: SimulatorResponse) => SimulatorResponse }
  /** The connection breaks. */
  | { at: 'transport'; transport: Transport };

/** A fault and when it strikes. Requests it was meant for are counted even where another fault hid it. */
export interface Injection {
  fault: Fault;
  /** Which requests. Default: every request for measures. */
  when?: RequestFilter;
  /** How many of them. Default: all until removed. */
  times?: number;
}

const HTML = { 'content-type': 'text/html; charset=UTF-8' };
const JSON_TYPE = { 'content-type': 'application/json' };

/* What Enedis answers. */

/** A refusal of Enedis by its name in `failures.ts`; `options` bends it. Also for routes that aren't measures. */
export function error(name: FailureName, options: FailureOptions = {}): Fault {
  return { at: 'enedis', name, options };
}

/* What the gateway sends. */

/** A text or a Buffer is sent as it is, without a content type; anything else as JSON. */
export function respond(status: number, body: unknown, headers: Record<string, string> = {}): Fault {
  const isText = typeof body === 'string' || Buffer.isBuffer(body);
  const own = isText ? {} : JSON_TYPE;
  return {
    at: 'reply',
    response: { status, headers: { ...own, ...headers }, body: isText ? body : JSON.stringify(body) },
  };
}

/** The general terms to accept, with status 200, where data should be. */
export function html200(): Fault {
  return respond(200, htmlPage('Conditions générales d’utilisation'), HTML);
}

/** Status 200, announced as JSON. */
export function notJson(text = 'OK, but this is no JSON'): Fault {
  return respond(200, text, JSON_TYPE);
}

/** Cloudflare's page in front of a gateway, e.g. 403 for a banned address or 502. */
export function cloudflarePage(status: number): Fault {
  return respond(status, htmlPage(`${status} | conso.boris.sh | Cloudflare`), {
    ...HTML,
    server: 'cloudflare',
  });
}

/** A gateway's own 429, not Enedis'. `retryAfter` is the header as sent: seconds, or a date. */
export function tooManyRequests(retryAfter?: string): Fault {
  return respond(
    429,
    { message: 'Too Many Requests' },
    retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  );
}

/** `to` is sent as it is, with an empty body. */
export function redirect(to: string, status = 302): Fault {
  return respond(status, '', { location: to });
}

const CONSO_ERRORS = {
  parameters: [400, 'Paramètres invalides'],
  authorization: [400, "L'en-tête Authorization est manquant"],
  token: [401, "Votre token n'est pas valide pour ce PRM"],
  method: [405, 'Method not allowed'],
  refresh: [500, 'Impossible de rafraîchir le token Enedis'],
  unknown: [500, 'Erreur inconnue'],
} as const;
/** Conso gives its errors no code: the names are ours, the texts are its own. */
export type ConsoErrorName = keyof typeof CONSO_ERRORS;

/** `{status, message, error}`, the latter only where there is a detail. The dialect refuses with the same. */
export function consoBody(name: ConsoErrorName, detail?: unknown): { status: number; body: object } {
  const [status, message] = CONSO_ERRORS[name];
  return { status, body: { status, message, ...(detail !== undefined && { error: detail }) } };
}

/** One of Conso's own errors; `detail` is its `error` field, of any shape. */
export function conso(name: ConsoErrorName, detail?: unknown): Fault {
  const { status, body } = consoBody(name, detail);
  return respond(status, body);
}

/** MyElectricalData v1: `{detail}`. A tag such as `client_not_found` or `enedis_return_ko` goes in `tag`. */
export function medV1(status: number, detail: unknown, tag?: string): Fault {
  return respond(status, { detail, ...(tag !== undefined && { tag }) });
}

/** MyElectricalData v1 where it holds nothing: status 200, and `null` in place of what its envelope is about. */
export function medV1Nothing(): Fault {
  return respond(200, { meter_reading: null });
}

/** MyElectricalData v2: `{success: false, error}`, by default with status 200. */
export function medV2(code: string, message = code, status = 200): Fault {
  return respond(status, {
    success: false,
    data: null,
    error: { code, message },
    timestamp: '2026-11-01T00:00:00.000000',
  });
}

/** A throttled body with `nextAccessTime`, straight (Data Connect) or relayed. */
export function throttled(): Fault {
  return error('900804');
}

/* What becomes of the answer on its way. */

/** Also on refusals and on what `respond` put in their place; not on what `admit` refused. */
export function mangle(change: (response: SimulatorResponse) => SimulatorResponse): Fault {
  return { at: 'mangle', change };
}

/** `keep`: the share of the text that is sent. The length announced is what is left: only the JSON tells. */
export function truncatedJson(keep = 0.6): Fault {
  return mangle((response) => {
    const text = response.body.toString();
    return { ...response, body: text.slice(0, Math.floor(text.length * keep)) };
  });
}

/** The body stays what it was: gateways have sent JSON as octet-stream. */
export function contentType(type = 'application/octet-stream'): Fault {
  return mangle((response) => ({ ...response, headers: { ...response.headers, 'content-type': type } }));
}

/** In front of the body: `JSON.parse` alone refuses it. */
export function byteOrderMark(): Fault {
  return mangle((response) => ({ ...response, body: `\uFEFF${response.body.toString()}` }));
}

/* What is wrong with the data. Without a date: every day. */

/** Before any gateway writes it down; a refusal stays one. */
export function data(change: (answer: Answer) => Answer): Fault {
  return { at: 'data', change };
}

/** Changes the list of points, leaving the rest of the answer. */
export function points(change: (points: Point[], answer: Answer) => Point[]): Fault {
  return data((answer) => ({ ...answer, points: change(answer.points, answer) }));
}

function values(date: string | undefined, value: string | null): Fault {
  return points((list) => list.map((point) => (isOn(point, date) ? { ...point, value } : point)));
}

function isOn(point: Point, date: string | undefined): boolean {
  return date === undefined || point.date === date;
}

/** The day is listed, and every value is `null`: how a curve may look before it is published. */
export function nullDay(date?: string): Fault {
  return values(date, null);
}

/** The text `"null"`; a max power then is stamped midnight. */
export function nullText(date?: string): Fault {
  return points((list, { series }) =>
    list.map((point) => {
      if (!isOn(point, date)) return point;
      return { ...point, value: 'null', ...(series === 'maxPower' && { stamp: `${point.date} 00:00:00` }) };
    }),
  );
}

/** Listed, with an empty text for a value. */
export function blank(date?: string): Fault {
  return values(date, '');
}

/** The text `0`: a reading like any other, not a hole. */
export function zero(date?: string): Fault {
  return values(date, '0');
}

/** Any text in place of the values, e.g. `-1` or `NaN`. */
export function value(text: string, date?: string): Fault {
  return values(date, text);
}

/** The day isn't in the answer. */
export function absentDay(date: string): Fault {
  return points((list) => list.filter((point) => point.date !== date));
}

/** Only the first `keep` intervals of the day. */
export function partialDay(date: string, keep: number): Fault {
  return points((list) => {
    let seen = 0;
    return list.filter((point) => point.date !== date || seen++ < keep);
  });
}

/**
 * Half-hours without energy aren't listed as zeros, but with `null` for a value, or not at all: how the production curve of
 * some meters looks at night.
 */
export function zerosMissing(as: 'null' | 'absent' = 'absent'): Fault {
  return points((list) =>
    as === 'absent'
      ? list.filter(({ value: text }) => text !== '0')
      : list.map((point) => (point.value === '0' ? { ...point, value: null } : point)),
  );
}

/** Nothing before this day, without a word about it: how a young contract looks. */
export function nothingBefore(date: string): Fault {
  return points((list) => list.filter((point) => point.date >= date));
}

/** Points missing here and there: every `every`-th. */
export function missingPoints(every = 5, date?: string): Fault {
  return points((list) => list.filter((point, index) => !isOn(point, date) || index % every !== every - 1));
}

/** `null` here and there. */
export function scatteredNulls(every = 5, date?: string): Fault {
  return points((list) =>
    list.map((point, index) =>
      isOn(point, date) && index % every === every - 1 ? { ...point, value: null } : point,
    ),
  );
}

/** The whole list repeated, block after block. */
export function duplicates(copies = 2): Fault {
  return points((list) => Array.from({ length: copies }, () => list).flat());
}

/** Each point repeated at once. */
export function stuttering(): Fault {
  return points((list) => list.flatMap((point) => [point, point]));
}

/** Newest first. */
export function descending(): Fault {
  return points((list) => [...list].reverse());
}

/** The answer is about another usage point. */
export function otherUsagePoint(usagePointId: string): Fault {
  return data((answer) => ({ ...answer, usagePointId }));
}

/** The answer is about the other direction. */
export function otherDirection(): Fault {
  return data((answer) => ({
    ...answer,
    direction: answer.direction === 'consumption' ? 'production' : 'consumption',
  }));
}

/** Days beyond the ones asked for: a copy of the last, one day later. */
export function extraDay(): Fault {
  return points((list) => {
    const last = list.at(-1)?.date;
    const copies = list
      .filter((point) => point.date === last)
      .map((point) => ({
        ...point,
        date: plusDays(point.date, 1),
        stamp: point.stamp.length === 10 ? plusDays(point.stamp, 1) : shiftStamp(point.stamp, 1440),
      }));
    return [...list, ...copies];
  });
}

/** A change of step inside a day: from its `pair`-th interval on, two neighbours become one of twice the length. */
export function stepChange(date: string, pair = 24): Fault {
  return points((list) => {
    const before = list.filter((point) => point.date < date);
    const day = list.filter((point) => point.date === date);
    const after = list.filter((point) => point.date > date);
    const merged = day.slice(0, pair);
    for (let index = pair; index + 1 < day.length; index += 2) {
      const [first, second] = [day[index], day[index + 1]];
      if (first === undefined || second?.minutes === undefined) break;
      const mean = (Number(first.value) + Number(second.value)) / 2;
      merged.push({ ...second, value: String(mean), minutes: second.minutes * 2 });
    }
    return [...before, ...merged, ...after];
  });
}

/* What happens to the connection: only the HTTP server does it. */

const transport = (kind: Transport): Fault => ({ at: 'transport', transport: kind });

/** The socket is destroyed before a byte. */
export const reset = (): Fault => transport({ kind: 'reset' });
/** The socket is destroyed after half of the body that was announced. */
export const resetMidBody = (): Fault => transport({ kind: 'resetMidBody' });
/** No answer, ever. */
export const stall = (): Fault => transport({ kind: 'stall' });
/** Half of the body that was announced, then nothing, with the connection left open. */
export const stallMidBody = (): Fault => transport({ kind: 'stallMidBody' });
/** All of the body in the end, `bytes` at a time: no silence is long, the whole is. */
export const slowDrip = (bytes = 1, everyMs = 50): Fault => transport({ kind: 'slowDrip', bytes, everyMs });
/** A body of this many bytes, sent without announcing its length. */
export const oversize = (bytes = 64 * 2 ** 20): Fault => transport({ kind: 'oversize', bytes });
/** A small body that unpacks to this many bytes. */
export const gzipBomb = (bytes = 256 * 2 ** 20): Fault => transport({ kind: 'gzipBomb', bytes });
