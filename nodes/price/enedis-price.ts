/**
 * `enedis-price`: what it costs now (output 1, at each change) and what comes (output 2). When is watched in
 * `lib/tariffs/price-watch.ts`; this file opens the tariff, sends, and takes in days and rates that are told by hand.
 */
import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import { EnedisError } from '../../lib/errors';
import { parisDate } from '../../lib/readings/paris';
import { fileName } from '../../lib/storage/file-name';
import type { Storage } from '../../lib/storage/storage';
import { EURO } from '../../lib/tariffs/amounts';
import type { AheadName } from '../../lib/tariffs/ahead/index';
import type { Moment } from '../../lib/tariffs/moment';
import type { ToldDays } from '../../lib/tariffs/news';
import type { PriceEvent, PriceWatch } from '../../lib/tariffs/price-watch';
import type { CalendarDay, Tariff } from '../../lib/tariffs/tariff';
import type { TariffData } from '../../lib/tariffs/tariff-data';
import { isDeleted } from '../shared/deleted';
import { FlowNode, moment as timeOrDay } from '../shared/flow-node';
import { migrated } from '../shared/migrations';
import { realmOfTariff } from '../shared/running-meters';
import { clock, homeOf } from '../shared/services';
import type { EnedisTariffNode } from '../shared/tariff-node';
import { languageOf, tariffWord } from '../shared/words';
import { priceNow, type PriceNow } from './messages';

interface PriceDef extends NodeDef {
  tariff?: string;
  ahead?: string;
}

/** A message with what may be told by hand. */
type Incoming = NodeMessage & { days?: unknown; rates?: unknown };
type Messages = (NodeMessage | null)[];
type SendMessages = (messages: Messages) => void;

/** A tariff that is watched. */
interface Opened {
  tariffNode: EnedisTariffNode;
  realm: string;
  tariff: Tariff;
  data: TariffData;
  watch: PriceWatch;
  ahead: (now: number) => unknown;
  close: () => void;
}

/** So many faults of one message are told: who mends them sees the rest then. */
const MOST_TOLD = 10;
/** A disk that fails now may work then. */
const RETRY = 60_000;

export = function (RED: NodeAPI): void {
  function EnedisPrice(this: Node, saved: PriceDef): void {
    RED.nodes.createNode(this, saved);
    const price = new PriceNode(RED, this, migrated('enedis-price', saved));
    this.on('input', (msg, send, done) => {
      void price.end(price.input(msg, send), done);
    });
    this.on('close', (removed: boolean, done: () => void) => {
      void price.close(removed).then(done, () => done());
    });
    price.start();
  }

  RED.nodes.registerType('enedis-price', EnedisPrice);
};

class PriceNode extends FlowNode {
  readonly #def: PriceDef;
  readonly #file: string;
  #opened: Promise<Opened> | null = null;
  /** What of it runs: a node that closes doesn't wait for a disk. */
  #running: Opened | null = null;
  #cancelRetry: () => void = () => undefined;
  #closed = false;
  /** Once all nodes are there: a message sent before could be lost, and whose tariff it is is known only then. */
  readonly #onStarted = (): void => void this.#begin();

  constructor(RED: NodeAPI, node: Node, def: PriceDef) {
    super(RED, node, 'enedis-price', undefined);
    this.#def = def;
    this.#file = `prices/${fileName(node.id)}.json`;
    this.followFolder();
  }

  start(): void {
    this.RED.events.on('flows:started', this.#onStarted);
  }

  async close(removed: boolean): Promise<void> {
    this.#closed = true;
    this.RED.events.off('flows:started', this.#onStarted);
    this.#cancelRetry();
    this.#running?.close();
    if (removed && isDeleted(this.RED, this.node)) await (await this.#storage()).remove(this.#file);
  }

  /** Rejects with the error the flow is to receive; the answer is sent all the same. */
  async input(message: Incoming, send: SendMessages): Promise<void> {
    try {
      const opened = await this.#open();
      const problems = [
        ...(await this.#takeDays(message, opened)),
        ...(await this.#takeRates(message, opened)),
      ];
      const now = opened.watch.now();
      send(this.#messages(opened, now, 'asked', message));
      this.#showMoment(opened, now);
      this.#tellProblems(problems, message);
    } catch (error) {
      if (!this.#closed) throw this.fail(error);
    }
  }

  /** One ends the message, some before it are told beside it. Throws that one. */
  #tellProblems(problems: readonly EnedisError[], message: NodeMessage): void {
    for (const problem of problems.slice(1, MOST_TOLD)) this.node.error(this.fail(problem), message);
    if (problems[0]) throw problems[0];
  }

  async #takeDays({ days }: Incoming, { tariff, tariffNode, data }: Opened): Promise<EnedisError[]> {
    if (days === undefined) return [];
    const calendar = tariff.dayAt(clock().now())?.calendar;
    if (calendar === undefined) return [this.#unwanted('msg.days', tariffNode)];
    return (await data.tellDays(calendar, tariffNode.id, days)).problems;
  }

  async #takeRates({ rates }: Incoming, { tariff, tariffNode, data }: Opened): Promise<EnedisError[]> {
    if (rates === undefined) return [];
    if (!tariff.asksForRates) return [this.#unwanted('msg.rates', tariffNode)];
    return (await data.tellRates(tariffNode.id, rates, clock().now())).problems;
  }

  #unwanted(property: string, tariff: EnedisTariffNode): EnedisError {
    return new EnedisError('inputUnwanted', { property, tariff: tariff.title() });
  }

  /** Opens the tariff, or looks whether it still is of the same meters. */
  async #begin(): Promise<void> {
    this.#cancelRetry();
    const before = await this.#opened?.catch(() => null);
    if (before?.tariffNode === this.#tariffNode() && before?.realm === this.#realm()) {
      before.watch.look();
      return;
    }
    before?.close();
    this.#opened = null;
    await this.#open().then(
      () => this.content(),
      (error: unknown) => {
        if (this.#closed) return;
        this.complain(error);
        const isDisk = error instanceof EnedisError && error.code === 'ENEDIS_STORAGE';
        if (isDisk) this.#cancelRetry = clock().at(clock().now() + RETRY, this.#onStarted);
      },
    );
  }

  #tariffNode(): EnedisTariffNode | null {
    return this.RED.nodes.getNode(this.#def.tariff ?? '') as EnedisTariffNode | null;
  }

  #realm(): ReturnType<typeof realmOfTariff> {
    return realmOfTariff(this.RED, this.#def.tariff ?? '');
  }

  /** One for all who ask. */
  #open(): Promise<Opened> {
    const opened = (this.#opened ??= this.#openTariff());
    opened.catch(() => {
      if (this.#opened === opened) this.#opened = null;
    });
    return opened;
  }

  async #openTariff(): Promise<Opened> {
    const tariffNode = this.#tariffNode();
    if (!tariffNode) throw new EnedisError('configTariffMissing');
    const realm = this.#realm();
    const [{ AHEAD_SHAPES }, { aheadOf }, { PriceWatch }] = await Promise.all([
      import('../../lib/tariffs/ahead/index.js'),
      import('../../lib/tariffs/ahead/shape.js'),
      import('../../lib/tariffs/price-watch.js'),
    ]);
    const { ahead = 'rates' } = this.#def;
    const shape = Object.hasOwn(AHEAD_SHAPES, ahead) ? AHEAD_SHAPES[ahead as AheadName] : undefined;
    if (!shape) throw new EnedisError('configProperty', { property: 'ahead' });
    const [tariff, home] = [await tariffNode.tariff(realm), await homeOf(this.RED)];
    const data = home.tariffData(realm);
    const told = (await home.storage.read(this.#file, checkTold)) ?? null;
    const watch: PriceWatch = new PriceWatch({
      clock: clock(),
      tariff,
      told,
      onLook: (event) => this.#onLook(opened, event),
      onTold: (days) => this.#keep(home.storage, days),
      onFailure: (error) => this.complain(error),
    });
    const unwatch = data.watch(() => watch.look());
    const opened: Opened = {
      ...{ tariffNode, realm, tariff, data, watch },
      ahead: (now) => shape(aheadOf(tariff, now)),
      close: () => {
        unwatch();
        watch.stop();
      },
    };
    if (this.#closed) opened.close();
    else {
      this.#running = opened;
      watch.start();
    }
    return opened;
  }

  #onLook(opened: Opened, { moment, reason, isMidnight }: PriceEvent): void {
    this.#showMoment(opened, moment);
    if (reason === null && !isMidnight) return;
    this.node.send(this.#messages(opened, moment, reason, {}));
  }

  /** Both outputs. @param reason null: nothing for the first. */
  #messages(
    opened: Opened,
    moment: Moment,
    reason: PriceNow['reason'] | null,
    message: NodeMessage,
  ): Messages {
    const ahead = opened.ahead(moment.at);
    return [
      reason === null ? null : this.with(message, { payload: this.#payload(opened, moment, reason) }),
      ahead === null ? null : this.with(message, { payload: ahead }),
    ];
  }

  #payload({ tariff, data }: Opened, moment: Moment, reason: PriceNow['reason']): PriceNow {
    const calendar = moment.day?.calendar;
    const isPublished = calendar !== undefined && calendar !== 'own';
    return priceNow(moment, {
      reason,
      labelOf: (period, date) => this.#inWords('period', tariff.nameOf(period, date)),
      daysLeft: isPublished ? data.asking.daysLeft(calendar, parisDate(moment.at)) : null,
    });
  }

  #inWords(what: 'period' | 'kind', name: string): string {
    return tariffWord(languageOf(this.RED), what, name);
  }

  /** Period, price, until when, tomorrow's kind, and since when an official price is valid. */
  #showMoment({ tariff }: Opened, { at, period, price, why, end, tomorrow }: Moment): void {
    const since = tariff.officialSince(parisDate(at));
    const parts = [
      period === null || price === null
        ? this.say('status.unknown', { why: this.say(`why.${why ?? 'price'}`) })
        : this.say('status.price', { period: tariff.nameOf(period, parisDate(at)), price: price / EURO }),
      end === null ? '' : this.say('status.until', { time: timeOrDay(end) }),
      tomorrow === null || tomorrow.isPlain ? '' : this.#tomorrowInWords(tomorrow),
      since === null || price === null ? '' : this.say('status.since', { date: since }),
    ];
    const label = parts.filter((part) => part !== '').join(' · ');
    if (price === null) this.show('yellow', 'ring', label);
    else this.show('green', 'dot', label);
  }

  #tomorrowInWords({ known }: CalendarDay): string {
    const { kind, state } = known ?? {};
    if (kind === undefined) return this.say(known?.candidates ? 'status.disagreed' : 'status.notYet');
    return this.say(state === 'final' ? 'status.tomorrow' : 'status.perhaps', {
      kind: this.#inWords('kind', kind),
    });
  }

  #keep(storage: Storage, days: ToldDays): void {
    // What can't be kept may be told once more after a restart: better than not at all.
    storage.write(this.#file, { days }).catch((error: unknown) => this.complain(error));
  }

  async #storage(): Promise<Storage> {
    return (await homeOf(this.RED)).storage;
  }
}

function checkTold(content: unknown): ToldDays {
  const { days } = content as { days?: unknown };
  if (typeof days !== 'object' || days === null) throw new Error('not what was told of days');
  return days as ToldDays;
}
