/**
 * What comes of what is typed, as the runtime says, a moment after each change: what is wrong and where, the strip of two
 * days, since when the prices are valid, and what the last year would have cost.
 */
import { fieldAt, placeInWords, type Say } from './places';
import { periodInWords } from './settings';
import { dayInWords, yearsInWords, type MeterYear } from './year';

interface Stretch {
  from: number;
  to: number;
  period: string | null;
  label: string | null;
  price: number | null;
  why: string | null;
}

/** What is known of a calendar's day. */
interface Known {
  kind?: string;
  state?: string;
  candidates?: string[];
}

/** `Preview` of nodes/tariff/preview.ts, as JSON. */
interface Preview {
  problems: { at: string; kind: string; found?: string; known?: string }[];
  days: { date: string; minutes: number; stretches: Stretch[]; known: Known | null }[];
  official: { from: string; source: string; isOfficial: boolean; checkedAt: string | null } | null;
  ownSince: string | null;
  daysLeft: Record<string, number> | null;
  year: MeterYear[];
  failure?: { reason: string; params: Record<string, string | number> };
}

const PAUSE_MS = 300;

/** What the preview has to know of the form around it. */
export interface Form {
  root: JQuery;
  /** All that is typed. */
  typed(): object;
  /** Whether the off-peak hours are one field, and no list. */
  hasPlainHours(): boolean;
}

/** The lower part of the dialog. */
export class TariffPreview {
  readonly #say: Say;
  readonly #form: Form;
  readonly #place: JQuery;
  #timer: number | undefined;
  #asked = 0;

  constructor(form: Form, say: Say) {
    this.#form = form;
    this.#say = say;
    this.#place = form.root.find('.enedis-preview');
  }

  /** Asks the runtime, unless something else is typed in the meantime. */
  refresh(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#ask(), PAUSE_MS);
  }

  #ask(): void {
    const asked = ++this.#asked;
    $.ajax({
      url: 'enedis-tariff/preview',
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify(this.#form.typed()),
    }).then(
      (preview: Preview) => {
        if (asked === this.#asked) this.#show(preview);
      },
      ({ status }: JQuery.jqXHR) => {
        if (asked !== this.#asked) return;
        const isForbidden = status === 401 || status === 403;
        this.#tell([this.#say(isForbidden ? 'preview.forbidden' : 'preview.lost')]);
      },
    );
  }

  /** Takes away what was shown before. */
  #tell(lines: readonly string[]): void {
    this.#place.empty().append(lines.map((line) => $('<p>', { class: 'enedis-warning' }).text(line)));
  }

  #show({ problems, days, official, ownSince, daysLeft, year, failure }: Preview): void {
    if (failure) {
      const { reason, params } = failure;
      this.#tell([
        RED._(`node-red-contrib-enedis/enedis-config:enedis-config.errors.${reason}.what`, params),
      ]);
      return;
    }
    const isPlain = this.#form.hasPlainHours();
    this.#tell(
      problems.map(({ at, kind, found = '', known = '' }) => {
        const problem = this.#say(`problem.${kind}`, { found, known });
        return this.#say('preview.problem', { place: placeInWords(at, isPlain, this.#say), problem });
      }),
    );
    this.#mark(problems, isPlain);
    if (problems.length > 0) return;
    const ranks = ranksOf(days);
    this.#place.append(
      ...days.map((day) => this.#strip(day, ranks)),
      this.#legend(days, ranks),
      ...(daysLeft ? [this.#left(daysLeft)] : []),
      ...(official ? this.#provenance(official) : []),
      ...(ownSince === null
        ? []
        : [$('<p>').text(this.#say('official.own', { from: dayInWords(ownSince) }))]),
      $('<h4>').text(this.#say('label.year')),
      ...yearsInWords(year, this.#say),
    );
  }

  /** The fields in which something is wrong, for eyes and for screen readers. */
  #mark(problems: Preview['problems'], isPlain: boolean): void {
    this.#form.root.find('.enedis-faulty').removeClass('enedis-faulty').removeAttr('aria-invalid');
    for (const { at } of problems) {
      const field = fieldAt(at, isPlain, this.#form.root);
      field.addClass('enedis-faulty').attr('aria-invalid', 'true');
      field.closest('details').attr('open', '');
    }
  }

  #strip({ date, minutes, stretches, known }: Preview['days'][number], ranks: readonly number[]): JQuery {
    const bars = stretches.map((stretch) => {
      const { from, to, label } = stretch;
      return this.#shaded(stretch, ranks)
        .addClass('enedis-bar')
        .attr('title', `${clock(from)}–${clock(to)} ${this.#inWords(stretch)}`)
        .css('width', `${(100 * (to - from)) / minutes}%`)
        .append($('<span>').text(label ?? '?'));
    });
    const spoken = stretches.map((stretch) => `${clock(stretch.from)} ${this.#inWords(stretch)}`);
    const day = new Date(`${date}T12:00:00Z`).toLocaleDateString(RED.i18n.lang(), {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
    });
    const strip = $('<div>', {
      class: 'enedis-strip',
      role: 'img',
      'aria-label': `${day}: ${spoken.join('; ')}`,
    });
    const cuts = [...new Set(stretches.flatMap(({ from, to }) => [from, to]))];
    // What lies next to another would be written over it.
    const apart = cuts.filter((cut, place) => {
      const room = cut === minutes ? minutes / 6 : minutes / 12;
      return place === 0 || cut - cuts[place - 1]! >= room;
    });
    const hours = $('<div>', { class: 'enedis-hours', 'aria-hidden': 'true' }).append(
      apart.map((cut) =>
        $('<span>')
          .css('left', `${(100 * cut) / minutes}%`)
          .text(cut === minutes ? '24:00' : clock(cut)),
      ),
    );
    const heading = $('<div>').text(day);
    if (known) heading.append(' · ', this.#kind(known));
    return $('<div>').append(heading, strip.append(bars), hours);
  }

  /** A calendar's day: its colour, and the word for it, which is what counts. */
  #kind({ kind, state, candidates = [] }: Known): JQuery {
    const isFinal = state === 'final';
    const words =
      kind === undefined
        ? this.#say(candidates.length > 0 ? 'known.disagreed' : 'known.not', {
            candidates: candidates.map((each) => this.#kindInWords(each)).join(', '),
          })
        : this.#say(isFinal ? 'known.final' : 'known.preliminary', { kind: this.#kindInWords(kind) });
    return $('<span>', { class: 'enedis-kind' }).append(
      $('<span>', { class: 'enedis-colour', 'data-kind': kind ?? '', 'aria-hidden': 'true' }),
      $('<span>').text(words),
    );
  }

  #kindInWords(kind: string): string {
    return /^(blue|white|red|ejp|normal)$/.test(kind) ? this.#say(`kind.${kind}`) : kind;
  }

  /** How many days of each kind are left. */
  #left(daysLeft: Record<string, number>): JQuery {
    const counts = Object.entries(daysLeft).map(([kind, days]) => `${this.#kindInWords(kind)}\u00a0${days}`);
    return $('<p>').text(this.#say('known.left', { counts: counts.join(', ') }));
  }

  /** What the shades mean, in words that need no mouse. */
  #legend(days: Preview['days'], ranks: readonly number[]): JQuery {
    const known = new Map<string, Stretch>();
    for (const { stretches } of days) {
      for (const stretch of stretches)
        known.set(`${stretch.period} ${stretch.price} ${stretch.why}`, stretch);
    }
    const entries = [...known.values()].map((stretch) =>
      $('<li>').append(
        this.#shaded(stretch, ranks).addClass('enedis-swatch'),
        $('<span>').text(this.#inWords(stretch)),
      ),
    );
    return $('<ul>', { class: 'enedis-legend' }).append(entries);
  }

  #shaded({ price, why }: Stretch, ranks: readonly number[]): JQuery {
    if (why !== null) return $('<span>', { class: 'enedis-unknown' });
    const shade = ranks.length < 2 ? 0.4 : 0.25 + (0.6 * ranks.indexOf(price ?? 0)) / (ranks.length - 1);
    return $('<span>').css('--enedis-shade', String(shade));
  }

  #inWords({ period, label, price, why }: Stretch): string {
    if (why !== null) return this.#say(`why.${why}`);
    const name = periodInWords(period ?? '', label ?? '', this.#say);
    const amount = (price ?? 0).toLocaleString(RED.i18n.lang(), { maximumFractionDigits: 5 });
    return this.#say('preview.price', { name, price: `${amount}\u00a0€/kWh` });
  }

  #provenance({ from, source, isOfficial, checkedAt }: NonNullable<Preview['official']>): JQuery[] {
    const blanks = {
      source,
      from: dayInWords(from),
      checked: checkedAt === null ? '' : dayInWords(checkedAt),
    };
    const sentence = this.#say(checkedAt === null ? 'official.shipped' : 'official.checked', blanks);
    const unsure = $('<p>', { class: 'enedis-warning' }).text(this.#say('official.unsure'));
    return [$('<p>').text(sentence), ...(isOfficial ? [] : [unsure])];
  }
}

/** The dearest is the darkest, whatever the periods are called. */
function ranksOf(days: Preview['days']): number[] {
  const all = days.flatMap(({ stretches }) => stretches.map(({ price }) => price ?? 0));
  return [...new Set(all)].sort((a, b) => a - b);
}

/** Of minutes that have passed since midnight; the days on which the clocks change are an hour off after that. */
function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
