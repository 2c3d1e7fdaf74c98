/**
 * Test of the access: one request with what is typed in, and what came of it in words. What one request can't answer is
 * left for the next press.
 */
import { dateInWords, type Failure, type Line, type MeterDialog } from './meter-dialog';

const PLACE = '.enedis-test-says';

/** One series of one direction. */
interface Key {
  direction: string;
  series: string;
}

/** A series that can be had, from when to when (`YYYY-MM-DD`); null where that isn't known, `since` for a new access. */
interface Opening extends Key {
  since: string | null;
  until: string | null;
  /** There may be more before `since`. */
  andBefore?: boolean;
}

/** `AccessReport` of lib/meter/access.ts, as JSON; a failure without a `key` is the meter's as a whole. */
interface Report {
  open: Opening[];
  pending: Key[];
  shut: Key[];
  /** `<direction>/<series>` */
  unchecked: string[];
  key?: Key;
  failure?: Failure;
}

/** What earlier presses found, as long as nothing is changed. */
interface Found {
  /** What was tested: the fields as they were. */
  of: string;
  lines: Line[];
  /** `<direction>/<series>` that needn't be asked again. */
  checked: string[];
  /** How many were left to check. */
  left: number;
  /** Whether something could be had. */
  isOpen: boolean;
}

export class AccessTest {
  readonly #dialog: MeterDialog;
  readonly #button: JQuery;
  #found: Found = nothingFound('');

  constructor(dialog: MeterDialog) {
    this.#dialog = dialog;
    this.#button = dialog.find('.enedis-test').on('click', () => this.#test());
  }

  #test(): void {
    const dialog = this.#dialog;
    const values = dialog.typed();
    const of = JSON.stringify(values);
    if (this.#found.of !== of) this.#found = nothingFound(of);
    this.#button.prop('disabled', true);
    dialog.tell(PLACE, [dialog.say('test.running')]);
    dialog
      .post<Report>('test', { ...values, checked: this.#found.checked })
      .then(
        (report) => {
          // An answer to what is no longer there would be taken for one to what is.
          if (JSON.stringify(dialog.typed()) !== of) dialog.tell(PLACE, []);
          else if (report.failure && !report.key)
            dialog.tell(PLACE, [...dialog.linesOf(report.failure), ...this.#found.lines]);
          else this.#tellReport(report);
        },
        (request: JQuery.jqXHR) => dialog.tellLost(PLACE, request),
      )
      .always(() => this.#button.prop('disabled', false));
  }

  #tellReport(report: Report): void {
    const dialog = this.#dialog;
    this.#found = this.#with(report);
    const { isOpen, lines } = this.#found;
    const ok: Line[] = isOpen ? [{ text: dialog.say('test.ok'), look: 'enedis-right' }] : [];
    const list = report.unchecked.map((each) => {
      const [direction = '', series = ''] = each.split('/');
      return this.#nameOf({ direction, series });
    });
    const next = list.length > 0 ? [dialog.say('test.next', { list: list.join(' ; ') })] : [];
    dialog.tell(PLACE, [...ok, ...lines, ...next]);
  }

  /** What is known with this report. */
  #with(report: Report): Found {
    const dialog = this.#dialog;
    const before = this.#found;
    // All of it was checked: this is the first press of another round.
    const isFirst = before.lines.length === 0 || report.unchecked.length >= before.left;
    const { of, lines, checked, isOpen } = isFirst ? nothingFound(before.of) : before;
    const answered = [...report.open, ...(report.key ? [report.key] : [])];
    return {
      of,
      left: report.unchecked.length,
      isOpen: report.open.length > 0 || isOpen,
      lines: [
        ...lines,
        ...report.open.map((opening) =>
          dialog.say('test.open', { ...this.#names(opening), period: this.#period(opening) }),
        ),
        ...report.pending.map((key): Line => ({
          text: dialog.say('test.pending', this.#names(key)),
          look: 'enedis-soon',
        })),
        ...report.shut.map((key): Line => ({
          text: dialog.say('test.shut', this.#names(key)),
          look: 'enedis-wrong',
        })),
        ...(report.key && report.failure ? dialog.linesOf(report.failure, this.#nameOf(report.key)) : []),
      ],
      checked: [...checked, ...answered.map(({ direction, series }) => `${direction}/${series}`)],
    };
  }

  #names({ direction, series }: Key): Record<'direction' | 'series', string> {
    return {
      direction: this.#dialog.say(`direction.${direction}`),
      series: this.#dialog.say(`series.${series}`),
    };
  }

  #nameOf(key: Key): string {
    const { direction, series } = this.#names(key);
    return `${direction}, ${series}`;
  }

  #period({ since, until, andBefore }: Opening): string {
    if (since === null) return this.#dialog.say('test.period.young');
    const kind = until === null ? 'since' : andBefore ? 'before' : 'between';
    return this.#dialog.say(`test.period.${kind}`, {
      since: dateInWords(since),
      ...(until === null ? {} : { until: dateInWords(until) }),
    });
  }
}

function nothingFound(of: string): Found {
  return { of, lines: [], checked: [], left: 0, isOpen: false };
}
