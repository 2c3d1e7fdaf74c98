/**
 * A house under test: a simulated Enedis behind each gateway's own dialect, a data folder, and the daily collection on a
 * clock of the test's. What a flow would receive is collected, so that it can be compared with what Enedis has.
 */
import type { Send } from '../../lib/http/http';
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Backfill } from '../../lib/backfill/commands';
import type { Progress } from '../../lib/backfill/progress';
import type { BackfillRequest } from '../../lib/backfill/range';
import type { Delivery } from '../../lib/backfill/listener';
import { Collector, type CollectorSettings } from '../../lib/meter/collector';
import { Daily, type DailyOptions } from '../../lib/daily/daily';
import { Home } from '../../lib/meter/home';
import type { Run } from '../../lib/daily/yesterday';
import type { GatewayKind } from '../../lib/gateways';
import type { GatewaySettings } from '../../lib/gateways/gateway';
import type { Holder } from '../../lib/storage/holder';
import type { Direction, Reading, Series } from '../../lib/readings/reading';
import { createSimulator, createToken, type Simulator, type SimulatorOptions } from '../../lib/simulator';
import { FakeClock } from './fake-clock';
import './unflushed';

export const REAL_GATEWAYS = [
  'conso-api',
  'my-electrical-data',
  'my-electrical-data-v1',
  'data-connect',
] as const;
export const METER = '32320647321714';

export interface HouseholdOptions {
  /** ISO instant at which the story begins. */
  start: string;
  gateway?: Exclude<GatewayKind, 'demo'>;
  simulator?: Partial<SimulatorOptions>;
  usagePointId?: string;
  direction?: CollectorSettings['direction'];
  loadCurve?: boolean;
  random?: () => number;
  /** False where nothing restarts: without a disk it goes faster. */
  keeps?: boolean;
}

const FULL_HOUSE = { consumption: true, production: true, loadCurve: true } as const;

export class Household {
  readonly clock: FakeClock;
  readonly simulator: Simulator;
  readonly dir = mkdtempSync(join(tmpdir(), 'enedis-test-'));
  readonly received: Reading[] = [];
  readonly runs: Run[] = [];
  readonly errors: unknown[] = [];
  readonly setAside: string[] = [];
  readonly settings: CollectorSettings;
  readonly #random: () => number;
  readonly #keeps: boolean;
  #nodes: (Daily | Backfill)[] = [];
  readonly deliveries: Delivery[] = [];
  readonly progress: Progress[] = [];
  /** What the flow does with a message of a backfill. */
  onDelivery: (delivery: Delivery) => void = () => undefined;

  constructor(options: HouseholdOptions) {
    this.clock = new FakeClock(options.start);
    const usagePointId = options.usagePointId ?? METER;
    this.simulator = createSimulator({
      clock: this.clock,
      usagePoints: { [METER]: FULL_HOUSE },
      ...options.simulator,
    });
    this.#random = options.random ?? (() => 0.5);
    this.#keeps = options.keeps ?? true;
    this.settings = {
      usagePointId,
      direction: options.direction ?? 'consumption',
      loadCurve: options.loadCurve ?? true,
      gateway: gatewaySettings(options.gateway ?? 'conso-api', usagePointId),
    };
  }

  /** Carries requests to the simulated outside, in process; refuses what no connection would carry. */
  readonly send: Send = async (request, signal) => {
    signal?.throwIfAborted();
    new URL(request.url);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => {
        validateHeaderName(name);
        validateHeaderValue(name, value);
        return [name.toLowerCase(), value];
      }),
    );
    const { status, headers: received, body } = await this.simulator.handle({ ...request, headers });
    signal?.throwIfAborted();
    return { status, headers: received, body: body.toString() };
  };

  /**
   * A collector as after a start of Node-RED: nothing remembered but what is on disk.
   * @param holder another process than this one.
   * @param http what lies between this house and the gateway.
   */
  collector(settings: Partial<CollectorSettings> = {}, holder?: Holder, http = this.send): Collector {
    const home = new Home({
      dir: this.#keeps ? this.dir : undefined,
      clock: this.clock,
      random: this.#random,
      http,
      ...(holder ? { holder } : {}),
      onSetAside: (file) => this.setAside.push(file),
    });
    return new Collector(home, { ...this.settings, ...settings });
  }

  /** A fetch node on the canvas; its messages join `received`. */
  async node(options: Partial<DailyOptions> = {}, collector = this.collector()): Promise<Daily> {
    const daily = new Daily(
      collector,
      {
        node: 'node-1',
        firstCollect: true,
        schedule: { windowStart: '06:00', windowEnd: '10:00', retryEvery: 30 },
        ...options,
      },
      {
        asking: () => undefined,
        deliver: (run) => this.take(run),
        failed: (error) => this.errors.push(error),
        planned: () => undefined,
      },
    );
    this.#nodes.push(daily);
    await daily.start();
    return daily;
  }

  readonly take = (run: Run): void => {
    this.runs.push(run);
    this.received.push(...run.batches.flatMap(({ readings }) => readings));
  };

  async ask(daily: Daily): Promise<Run> {
    return this.clock.finish(daily.runNow(this.take));
  }

  /** A backfill node on the canvas; its messages join `deliveries` and `received`. */
  async backfill(collector = this.collector(), node = 'backfill-1'): Promise<Backfill> {
    const backfill = new Backfill(collector, node, {
      deliver: (delivery) => {
        this.deliveries.push(delivery);
        this.received.push(...delivery.readings);
        this.onDelivery(delivery);
      },
      progress: (progress) => this.progress.push(progress),
      failed: (error) => this.errors.push(error),
      problems: () => undefined,
    });
    this.#nodes.push(backfill);
    await backfill.start();
    return backfill;
  }

  /** Starts a run and lives until it has nothing to do at this moment. */
  async begin(backfill: Backfill, request: Partial<BackfillRequest> = {}): Promise<void> {
    await this.clock.finish(backfill.begin({ order: 'newest', force: false, ...request }));
    await this.clock.settle(() => backfill.idle());
  }

  /** Node-RED stops: all that is in memory is gone. */
  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.close()));
    this.#nodes = [];
  }

  until(iso: string): Promise<void> {
    return this.clock.runUntil(iso, async () => {
      await Promise.all(this.#nodes.map((node) => node.idle()));
    });
  }

  /** Requests for measures since the last look. */
  requests(): { series: string; direction: string; time: string; status: number }[] {
    const seen = this.simulator.requests
      .filter(({ resource }) => resource !== 'token')
      .map(({ series, direction, time, status }) => ({
        series: String(series),
        direction: String(direction),
        time: new Date(time).toISOString(),
        status,
      }));
    this.simulator.clearRequests();
    return seen;
  }

  /** What Enedis has, in the form a flow receives it: `start → value`. */
  truth(direction: Direction, series: Series, start: string, end: string): Map<number, number> {
    const truth = this.simulator.truth(this.settings.usagePointId, direction, series, start, end);
    return new Map(truth.map((each) => [each.start, each.amount / 1000]));
  }

  /** What a flow received, the last value for each start. Throws where something came twice without being a correction. */
  ledger(direction: Direction, series: Series): Map<number, number> {
    const ledger = new Map<number, number>();
    for (const reading of this.received) {
      if (reading.direction !== direction || reading.series !== series) continue;
      const start = Date.parse(reading.start);
      if (ledger.has(start) && reading.corrects !== ledger.get(start))
        throw new Error(`${reading.id} came twice`);
      ledger.set(start, reading.value);
    }
    return ledger;
  }

  /** The flow has what Enedis has from `start` to `end` (excluded): no more, no less, no other value. */
  assertHas(direction: Direction, series: Series, start: string, end: string): void {
    const truth = this.truth(direction, series, start, end);
    assert.ok(truth.size > 0, 'the comparison must compare something');
    const ledger = this.ledger(direction, series);
    for (const [at, value] of truth) {
      // Only where it is needed: there are some 35,000 of them.
      if (ledger.get(at) !== value) {
        assert.equal(ledger.get(at), value, `${direction} ${series} ${new Date(at).toISOString()}`);
      }
    }
    assert.equal(ledger.size, truth.size, `${direction} ${series}: readings`);
  }
}

export function gatewaySettings(kind: Exclude<GatewayKind, 'demo'>, usagePointId: string): GatewaySettings {
  if (kind === 'data-connect') return { kind, clientId: 'client', clientSecret: 'secret-of-the-client' };
  const token =
    kind === 'conso-api'
      ? createToken({ sub: [usagePointId], exp: 4_102_444_800 })
      : 'a-token-of-the-gateway';
  return { kind, token };
}
