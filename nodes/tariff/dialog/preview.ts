/** The strip of two days, and what is wrong with what is typed: as the runtime says, a moment after each change. */

/** `Preview` of nodes/tariff/preview.ts, as JSON. */
interface Preview {
  problems: { at: string; kind: string; found?: string; known?: string }[];
  days: {
    date: string;
    minutes: number;
    stretches: {
      from: number;
      to: number;
      period: string | null;
      label: string | null;
      price: number | null;
      why: string | null;
    }[];
  }[];
  official: { from: string; source: string; isOfficial: boolean; checkedAt: string | null } | null;
  failure?: { reason: string; params: Record<string, string | number> };
}

const PAUSE_MS = 300;

export class PreviewStrip {
  readonly #node: EditorNode;
  readonly #place: JQuery;
  readonly #typed: () => object;
  #timer: number | undefined;
  #asked = 0;

  constructor(node: EditorNode, place: JQuery, typed: () => object) {
    this.#node = node;
    this.#place = place;
    this.#typed = typed;
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
      data: JSON.stringify(this.#typed()),
    }).then(
      (preview: Preview) => {
        if (asked === this.#asked) this.#show(preview);
      },
      ({ status }: JQuery.jqXHR) => {
        const isForbidden = status === 401 || status === 403;
        this.#tell([
          isForbidden
            ? this.#node._('enedis-tariff.preview.forbidden')
            : this.#node._('enedis-tariff.preview.lost'),
        ]);
      },
    );
  }

  #tell(lines: readonly string[]): void {
    this.#place.empty().append(lines.map((line) => $('<div>', { class: 'enedis-wrong' }).text(line)));
  }

  #show({ problems, days, official, failure }: Preview): void {
    if (failure) {
      const { reason, params } = failure;
      this.#tell([
        RED._(`node-red-contrib-enedis/enedis-config:enedis-config.errors.${reason}.what`, params),
      ]);
      return;
    }
    this.#tell(
      problems.map(({ at, kind, found = '', known = '' }) => {
        return `${at} – ${this.#node._(`enedis-tariff.problem.${kind}`, { found, known })}`;
      }),
    );
    // The dearest is the darkest, whatever the periods are called.
    const all = days.flatMap(({ stretches }) => stretches.map(({ price }) => price ?? 0));
    const ranks = [...new Set(all)].sort((a, b) => a - b);
    this.#place.append(days.map((day) => this.#strip(day, ranks)));
    if (official) this.#place.append($('<div>').text(this.#provenance(official)));
  }

  #strip({ date, minutes, stretches }: Preview['days'][number], ranks: readonly number[]): JQuery {
    const bars = stretches.map(({ from, to, label, price, why }) => {
      const words = why === null ? this.#price(price ?? 0) : this.#node._(`enedis-tariff.why.${why}`);
      const title = `${clock(from)}–${clock(to)} ${label ?? ''} ${words}`;
      const shade = ranks.length < 2 ? 0.4 : 0.25 + (0.6 * ranks.indexOf(price ?? 0)) / (ranks.length - 1);
      return $('<span>', { title, class: why === null ? 'enedis-bar' : 'enedis-bar enedis-unknown' })
        .css({
          width: `${(100 * (to - from)) / minutes}%`,
          ...(why === null ? { '--enedis-shade': shade } : {}),
        })
        .append($('<span>').text(label ?? '?'));
    });
    const spoken = stretches.map(({ from, label, price, why }) => {
      return `${clock(from)} ${label ?? ''} ${why === null ? this.#price(price ?? 0) : this.#node._(`enedis-tariff.why.${why}`)}`;
    });
    const day = new Date(`${date}T12:00:00Z`).toLocaleDateString(RED.i18n.lang(), { dateStyle: 'full' });
    return $('<div>', {
      class: 'enedis-strip',
      role: 'img',
      'aria-label': `${day}: ${spoken.join('; ')}`,
    }).append(bars);
  }

  #price(price: number): string {
    return `${price.toLocaleString(RED.i18n.lang(), { maximumFractionDigits: 5 })} €/kWh`;
  }

  #provenance({ from, source, isOfficial, checkedAt }: NonNullable<Preview['official']>): string {
    const inWords = (date: string): string =>
      new Date(date).toLocaleDateString(RED.i18n.lang(), { dateStyle: 'long', timeZone: 'Europe/Paris' });
    const blanks = { source, from: inWords(from), checked: checkedAt === null ? '' : inWords(checkedAt) };
    const sentence =
      checkedAt === null
        ? this.#node._('enedis-tariff.official.shipped', blanks)
        : this.#node._('enedis-tariff.official.checked', blanks);
    return isOfficial ? sentence : `${sentence} ${this.#node._('enedis-tariff.official.unsure')}`;
  }
}

/** Of minutes that have passed since midnight; the days on which the clocks change are an hour off after that. */
function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
