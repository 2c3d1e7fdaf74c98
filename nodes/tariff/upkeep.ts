/**
 * Keeps the official prices up to date while tariffs that need them run: one appointment for all of them, which every
 * deployment makes anew.
 */
import type { NodeAPI } from 'node-red';
import type { EnedisError, Params } from '../../lib/errors';
import { DailyRenewal, type Needed } from '../../lib/tariffs/prices/renewal';
import type { OfferKind } from '../../lib/tariffs/terms';
import { clock, homeOf, random } from '../shared/services';
import { realmsOf } from '../shared/running-meters';
import { text } from '../shared/words';

/** The tariffs of one Node-RED that run. */
export class Renewal {
  readonly #RED: NodeAPI;
  readonly #tariffs = new Map<string, Promise<readonly OfferKind[]>>();
  readonly #daily: DailyRenewal;
  /** Once all nodes are there: only then is it known whose tariffs they are. */
  readonly #onStarted = (): void => this.#daily.start();

  constructor(RED: NodeAPI) {
    this.#RED = RED;
    this.#daily = new DailyRenewal({
      clock: { now: () => clock().now(), at: (when, task) => clock().at(when, task) },
      random,
      needed: () => this.#needed(),
      onChanged: (offers) => this.#say('info', 'log.renewed', { offers: offers.join(', ') }),
      onProblem: (problem) => this.#complain(problem),
    });
  }

  /** @param offers whose official prices the tariff needs; empty where it can't be used. */
  join(tariff: string, offers: Promise<readonly OfferKind[]>): void {
    if (this.#tariffs.size === 0) this.#RED.events.on('flows:started', this.#onStarted);
    this.#tariffs.set(tariff, offers);
  }

  /** Resolves when nothing of it is under way, where it was the last one. */
  async leave(tariff: string): Promise<void> {
    this.#tariffs.delete(tariff);
    if (this.#tariffs.size > 0) return;
    this.#RED.events.off('flows:started', this.#onStarted);
    await this.#daily.stop();
  }

  async #needed(): Promise<Needed[]> {
    const byPrices = new Map<Needed['prices'], Set<OfferKind>>();
    for (const [tariff, promised] of this.#tariffs) {
      const offers = await promised;
      // The data folder isn't touched for a tariff that needs nothing.
      if (offers.length === 0) continue;
      const home = await homeOf(this.#RED);
      for (const realm of realmsOf(this.#RED, tariff)) {
        const { prices } = home.tariffData(realm);
        const all = byPrices.get(prices) ?? new Set();
        byPrices.set(prices, all);
        for (const offer of offers) all.add(offer);
      }
    }
    return [...byPrices].map(([prices, offers]) => ({ prices, offers: [...offers] }));
  }

  #complain(problem: EnedisError): void {
    const { host = '?', file = 'prices.json' } = problem.params;
    if (problem.code === 'ENEDIS_NETWORK') this.#say('warn', 'log.notReached', { host });
    else if (problem.code === 'ENEDIS_STORAGE') this.#say('warn', 'log.notKept', { file });
    else this.#say('warn', 'log.notUnderstood');
  }

  #say(level: 'info' | 'warn', key: string, params: Params = {}): void {
    this.#RED.log[level](text(this.#RED, 'enedis-tariff', key, params));
  }
}
