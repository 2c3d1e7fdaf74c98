/**
 * What is kept of a meter, for the dialog to show, to take away and to erase. Of what is typed in only the meter and its
 * realm (real, sandbox, simulated) count: no secret is asked for, and none is used.
 */
import type { NodeAPI } from 'node-red';
import { COLUMNS, csvOf, FRENCH } from '../../lib/archive/export';
import { EnedisError } from '../../lib/errors';
import type { Meter } from '../../lib/meter/home';
import { parisDate } from '../../lib/readings/paris';
import { isUsagePointId, maskUsagePoint } from '../../lib/readings/reading';
import { failureOf } from '../shared/failure';
import { clock, homeOf } from '../shared/services';
import { text, textIn } from '../shared/words';
import { answer, bodyOf, languageOf, type Request, type Response } from './config-dialog';
import { postedSettings } from './posted-settings';

/** Answers what the dialog asks of the archive; none of its methods rejects. */
export class ArchiveDialog {
  readonly #RED: NodeAPI;

  constructor(RED: NodeAPI) {
    this.#RED = RED;
  }

  /** POST: `{series: [{direction, series, from, to, readings}]}`, days as `YYYY-MM-DD`. */
  archive(request: Request, response: Response): Promise<void> {
    return answer(response, async () => {
      const { meter } = await this.#meterOf(bodyOf(request));
      return { series: await meter.archive.inventory() };
    });
  }

  /**
   * POST: every reading as a table, page by page, in the language of the editor. What fails before the first page is told
   * as JSON; what fails later cuts the connection, lest half a table be taken for all of it.
   */
  async exportArchive(request: Request, response: Response): Promise<void> {
    let isBegun = false;
    try {
      const body = bodyOf(request);
      const { meter, usagePointId } = await this.#meterOf(body);
      const language = languageOf((body as { language?: unknown }).language) ?? 'fr';
      const titles = COLUMNS.map((column) => [
        column,
        textIn(language, 'enedis-config', `archive.column.${column}`),
      ]);
      const pages = csvOf(
        meter.archive,
        usagePointId,
        Object.fromEntries(titles) as Record<(typeof COLUMNS)[number], string>,
        language === 'fr' ? FRENCH : ENGLISH,
      );
      for await (const page of pages) {
        if (!isBegun) {
          response.set({ 'Cache-Control': 'no-store', 'Content-Type': 'text/csv; charset=utf-8' });
          // By this a spreadsheet knows that it is UTF-8.
          response.write('\ufeff');
        }
        isBegun = true;
        // The reader has gone, or is slow: years of readings don't pile up here.
        if (response.destroyed) return;
        if (!response.write(page)) await readyAgain(response);
      }
      response.end();
    } catch (error) {
      if (isBegun) response.destroy();
      else response.set({ 'Cache-Control': 'no-store' }).json({ failure: failureOf(error) });
    }
  }

  /**
   * POST: removes every reading of the meter. `erase` must be its PDL: the second yes. Waits for the request that may be
   * under way for it.
   */
  eraseArchive(request: Request, response: Response): Promise<void> {
    return answer(response, async () => {
      const body = bodyOf(request);
      const { meter, usagePointId } = await this.#meterOf(body);
      if ((body as { erase?: unknown }).erase !== usagePointId)
        throw new EnedisError('inputInvalid', { property: 'erase' });
      await meter.lock.run(() => meter.archive.erase(parisDate(clock().now())));
      const params = { meter: maskUsagePoint(usagePointId) };
      this.#RED.log.info(text(this.#RED, 'enedis-config', 'log.erased', params));
      return {};
    });
  }

  /** @throws EnedisError configUsagePoint, and as `postedSettings`. */
  async #meterOf(body: unknown): Promise<{ meter: Meter; usagePointId: string }> {
    const { gateway, usagePointId } = postedSettings(this.#RED, body);
    if (!isUsagePointId(usagePointId)) throw new EnedisError('configUsagePoint');
    const home = await homeOf(this.#RED);
    return { meter: home.meter(usagePointId, gateway), usagePointId };
  }
}

/** What an English spreadsheet opens as it comes. */
const ENGLISH = { separator: ',', decimal: '.' };

/** Resolves when the connection takes more, or has gone. Leaves no listener behind: years are some hundred pages. */
function readyAgain(response: Response): Promise<void> {
  return new Promise((resolve) => {
    const goOn = (): void => {
      response.off('drain', goOn);
      response.off('close', goOn);
      resolve();
    };
    response.on('drain', goOn);
    response.on('close', goOn);
  });
}
