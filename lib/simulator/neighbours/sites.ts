/**
 * The sites that publish the days of Tempo and EJP, together: one clock and one truth behind the three, found by their
 * host names, or by a prefix where one loopback port stands for all. How a whole site breaks is here.
 */
import type { SimulatorRequest, SimulatorResponse } from '../types';
import { answerCouleurTempo } from './couleur-tempo';
import type { TempoColour } from './days';
import { answerEdf } from './edf';
import { answerRte } from './rte';
import { type DayQuestion, type DayTrouble, json } from './said';

/** By the prefixes of their paths. */
export type DaySite = 'rte' | 'couleur-tempo' | 'edf';

/** A question as a site saw it. */
export interface AskedOfDaySite {
  site: DaySite;
  /** With its query, without the site's prefix. */
  path: string;
  /** Lower-case names. */
  headers: Record<string, string>;
}

/** In process; no timer runs. */
export interface DaySites {
  /** By the URL's host (or the `host` header), else by the path's prefix: `/rte/…`, `/couleur-tempo/…`, `/edf/…`. */
  handle(request: SimulatorRequest): Promise<SimulatorResponse>;
  /** The oldest first. */
  readonly asked: readonly AskedOfDaySite[];
  /** From the next answer on, instead of what was wrong with the site before. */
  trouble(site: DaySite, kind: DayTrouble): void;
  /** What is out about a Tempo day on its eve from 6:30 until the binding word of 10:30, whatever the truth is. */
  presignal(date: string, kind: TempoColour): void;
}

const HOSTS: Readonly<Record<string, DaySite>> = {
  'www.services-rte.com': 'rte',
  'www.api-couleur-tempo.fr': 'couleur-tempo',
  'api-couleur-tempo.fr': 'couleur-tempo',
  'api-commerce.edf.fr': 'edf',
};
const ANSWERS: Readonly<Record<DaySite, (question: DayQuestion) => SimulatorResponse>> = {
  rte: answerRte,
  'couleur-tempo': answerCouleurTempo,
  edf: answerEdf,
};

/** @param clock whose Paris hour decides what is out. */
export function createDaySites({ clock }: { clock: { now(): number } }): DaySites {
  const asked: AskedOfDaySite[] = [];
  const troubles: Record<DaySite, DayTrouble> = { rte: 'none', 'couleur-tempo': 'none', edf: 'none' };
  const presignals = new Map<string, TempoColour>();

  const answer = ({ method, url: text, headers: given }: SimulatorRequest): SimulatorResponse => {
    const headers = lowerCase(given);
    const url = new URL(text, `http://${headers.host ?? 'localhost'}`);
    const found = siteOf(url);
    if (!found) return json({ error: 'not found' }, 404);
    const { site, path } = found;
    asked.push({ site, path: path + url.search, headers });
    if (url.hostname === 'api-couleur-tempo.fr')
      return {
        status: 301,
        headers: { location: `https://www.${url.hostname}${path}${url.search}` },
        body: '',
      };
    if (method !== 'GET') return json({ error: 'method' }, 405);
    const trouble = troubles[site];
    const broken = BROKEN[trouble];
    if (broken) return broken;
    const now = clock.now();
    const whole = ANSWERS[site]({ path, query: url.searchParams, headers, now, trouble, presignals });
    return trouble === 'cut' ? { ...whole, body: whole.body.slice(0, whole.body.length / 2) } : whole;
  };

  return {
    handle: async (request) => {
      await Promise.resolve();
      return answer(request);
    },
    asked,
    trouble: (site, kind) => {
      troubles[site] = kind;
    },
    presignal: (date, kind) => {
      presignals.set(date, kind);
    },
  };
}

function lowerCase(given: SimulatorRequest['headers']): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given))
    if (value !== undefined) headers[name.toLowerCase()] = value;
  return headers;
}

function siteOf({ hostname, pathname }: URL): { site: DaySite; path: string } | undefined {
  const host = HOSTS[hostname];
  if (host) return { site: host, path: pathname };
  const [, prefix, path] = /^\/(rte|couleur-tempo|edf)(\/.*)$/.exec(pathname) ?? [];
  return prefix && path ? { site: prefix as DaySite, path } : undefined;
}

/** The answers of a site that doesn't even look at the question. */
const BROKEN: Readonly<Partial<Record<DayTrouble, SimulatorResponse>>> = {
  page: page(200, 'Maintenance'),
  forbidden: page(403, 'Access Denied'),
  down: page(503, 'Service Unavailable'),
  tooMany: {
    status: 429,
    headers: { 'content-type': 'application/json', 'retry-after': '120' },
    body: '{"message":"Too Many Requests"}',
  },
  nonsense: json({ status: 'ok', data: [{ day: 'today', value: 7 }] }),
};

function page(status: number, text: string): SimulatorResponse {
  return {
    status,
    headers: { 'content-type': 'text/html' },
    body: `<!DOCTYPE html><html><body>${text}</body></html>`,
  };
}
