/**
 * A flow with a node of ours and a Catch node, in Node-RED, against a simulated gateway over real HTTP, on a clock of the
 * test's: what the fault matrix looks at while something is wrong and after.
 */
import type { Send } from '../../lib/http/http';
import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import helper from 'node-red-node-test-helper';
import { MeterArchive } from '../../lib/archive/archive';
import type { AccessReport } from '../../lib/meter/access';
import type { GatewayKind } from '../../lib/gateways';
import type { createHttp as CreateHttp } from '../../lib/http/http';
import { FileStorage } from '../../lib/storage/files';
import { parisDate } from '../../lib/readings/paris';
import type { Reading, Series } from '../../lib/readings/reading';
import {
  createSimulator,
  createToken,
  listen,
  type ListeningSimulator,
  type Simulator,
} from '../../lib/simulator';
import type configNode from '../../nodes/config/enedis-config';
import type { useServices as UseServices } from '../../nodes/shared/services';
import { FakeClock } from '../support/fake-clock';
import '../support/unflushed';

/** The package as it is built. */
const built = createRequire(join(process.cwd(), 'package.json'));
const NODES = ['enedis-config', 'enedis-fetch-yesterday', 'enedis-backfill'].map(
  (type) => built(`./dist/nodes/${type.replace('enedis-', '')}/${type}.js`) as typeof configNode,
);
const { createHttp } = built('./dist/lib/http/http.js') as { createHttp: typeof CreateHttp };
const { useServices } = built('./dist/nodes/shared/services.js') as { useServices: typeof UseServices };

export const METER = '32320647321714';
export const START = '2026-06-10T12:00:00Z';
export const SECRETS = {
  token: createToken({ sub: [METER], exp: 4_102_444_800 }),
  clientId: 'client-of-the-matrix',
  clientSecret: 'secret-of-the-matrix-0123456789',
};
/** Without a place on a tab, Node-RED takes a node for a config node. */
const onCanvas = { z: 'tab', x: 0, y: 0 };

/** What the dialog's test of an access is answered with. */
export type Tested = Partial<AccessReport> & { failure?: { code: string; retryAt?: string } };

/** Tells the sockets of our requests, whatever opens them, from those of the test itself. */
const requesting = new AsyncLocalStorage<Set<string>>();
const connect = Reflect.get(Socket.prototype, 'connect') as (...args: unknown[]) => Socket;
Object.assign(Socket.prototype, {
  connect(this: Socket, ...args: unknown[]) {
    const [first] = args.flat() as { host?: string; port?: number | string }[];
    requesting.getStore()?.add(`${first?.host ?? 'localhost'}:${first?.port}`);
    return connect.apply(this, args);
  },
});

export interface Caught {
  code: string;
  message: string;
}

export class Scene {
  readonly clock = new FakeClock(START);
  readonly simulator: Simulator;
  readonly readings: (Reading & { run: string })[] = [];
  /** Of a time that hadn't passed when they came. */
  readonly foretold: string[] = [];
  readonly caught: Caught[] = [];
  readonly progress: Record<string, unknown>[] = [];
  /** Everything the node told anybody. */
  readonly told: unknown[] = [];
  /** Hosts and ports that sockets were opened to, but where a fault has led them. */
  readonly asked = new Set<string>();
  /** Doesn't wait half a minute for an answer that never comes. */
  isImpatient = false;
  divert: ((url: URL) => void) | undefined;
  readonly #userDir = mkdtempSync(join(tmpdir(), 'enedis-faults-'));
  readonly #server: ListeningSimulator;
  readonly #gateway: string;
  readonly #node: Record<string, unknown>;
  #starts = 0;
  #skew = 0;
  /** What the dialog shows. */
  #typed: Record<string, unknown> = {};

  static async open(gateway: Exclude<GatewayKind, 'demo'>, node: Record<string, unknown>): Promise<Scene> {
    const holder: { scene?: Scene } = {};
    const simulator = createSimulator({
      clock: { now: () => holder.scene!.enedisNow },
      usagePoints: { [METER]: { consumption: true, loadCurve: true } },
    });
    const scene = new Scene(simulator, await listen(simulator), gateway, node);
    holder.scene = scene;
    await scene.#load();
    return scene;
  }

  private constructor(
    simulator: Simulator,
    server: ListeningSimulator,
    gateway: string,
    node: Record<string, unknown>,
  ) {
    this.simulator = simulator;
    this.#server = server;
    this.#gateway = gateway;
    this.#node = node;
  }

  /** Node-RED starts again, with nothing but its files. */
  async restart(): Promise<void> {
    await helper.unload();
    this.#starts++;
    this.progress.length = 0;
    await this.#load();
  }

  get data(): string {
    return join(this.#userDir, 'enedis');
  }

  get meter(): string {
    return join(this.data, 'meters', 'real', METER);
  }

  get ledger(): string {
    return join(
      this.data,
      'budgets',
      'real',
      `conso-api-${new URL(this.#server.url).host.replace(':', '_')}.json`,
    );
  }

  get userDir(): string {
    return this.#userDir;
  }

  get gatewayHost(): string {
    return new URL(this.#server.url).host;
  }

  /** What the rest of the world's clocks say. */
  get enedisNow(): number {
    return this.clock.now() - this.#skew;
  }

  skewTo(wrong: string): void {
    this.#skew = Date.parse(wrong) - this.clock.now();
    this.clock.putRight(wrong);
  }

  putRight(): void {
    const right = new Date(this.enedisNow).toISOString();
    this.#skew = 0;
    this.clock.putRight(right);
  }

  async #load(): Promise<void> {
    const [gateway, node] = [this.#gateway, this.#node];
    helper.settings({ userDir: this.#userDir });
    const [patient, impatient] = [createHttp(), createHttp({ timeoutMs: 60 })];
    const send: Send = (request, signal) => {
      const url = new URL(request.url);
      const asked = this.divert ? new Set<string>() : this.asked;
      this.divert?.(url);
      const http = this.isImpatient ? impatient : patient;
      return requesting.run(asked, () => http({ ...request, url: url.href }, signal));
    };
    useServices({ clock: this.clock, random: () => 0.5, http: send });
    const config = {
      gateway,
      usagePointId: METER,
      direction: 'consumption',
      loadCurve: true,
      baseUrl: this.#server.url,
    };
    const { token, clientId, clientSecret } = SECRETS;
    const credentials = gateway === 'data-connect' ? { clientId, clientSecret } : { token };
    this.#typed = { ...config, ...credentials };
    await helper.load(
      NODES,
      [
        { id: 'tab', type: 'tab', label: 'flow' },
        { id: 'config', type: 'enedis-config', ...config },
        { id: 'node', ...onCanvas, config: 'config', wires: [['readings'], ['second']], ...node },
        { id: 'readings', ...onCanvas, type: 'helper' },
        { id: 'second', ...onCanvas, type: 'helper' },
        { id: 'catch', ...onCanvas, type: 'catch', scope: ['node'], wires: [['caught']] },
        { id: 'caught', ...onCanvas, type: 'helper' },
        { id: 'status', ...onCanvas, type: 'status', scope: ['node'], wires: [['statuses']] },
        { id: 'statuses', ...onCanvas, type: 'helper' },
        { id: 'echo', ...onCanvas, type: 'helper' },
      ],
      { config: credentials },
    );
    this.#on('readings', (message) => {
      const { payload, parts } = message as { payload: Reading[]; parts?: { id: string } };
      this.foretold.push(
        ...payload.filter(({ end }) => Date.parse(end) > this.enedisNow).map(({ id }) => id),
      );
      this.readings.push(
        ...payload.map((reading) => ({ ...reading, run: `${this.#starts} ${parts?.id ?? ''}` })),
      );
    });
    this.#on('second', (message) =>
      this.progress.push((message as { payload: Record<string, unknown> }).payload),
    );
    this.#on('caught', (message) => {
      const { error } = message as { error: Caught };
      this.caught.push(error);
      this.told.push(error);
    });
    this.#on('statuses', (message) => this.told.push((message as { status: unknown }).status));
  }

  #on(id: string, take: (message: unknown) => void): void {
    helper.getNode(id).on('input', take);
  }

  send(message: Record<string, unknown>): void {
    helper.getNode('node').receive(message);
  }

  /** Somebody presses the dialog's button; `checked` is what earlier presses settled. */
  async testAccess(checked: readonly string[]): Promise<Tested> {
    const call = helper
      .request()
      .post('/enedis-config/test')
      .send({ ...this.#typed, checked });
    const { status, text, body } = await this.clock.finish(Promise.resolve(call));
    this.told.push(text);
    if (status !== 200) throw new Error(`the dialog is answered ${status}`);
    return body as Tested;
  }

  /** Another part of the flow still gets its messages at once. */
  async isResponsive(): Promise<boolean> {
    const begun = performance.now();
    await new Promise<void>((resolve) => {
      helper.getNode('echo').on('input', () => resolve());
      helper.getNode('echo').receive({});
    });
    return performance.now() - begun < 500;
  }

  /** What Enedis has, from `start` to `end` (excluded), today where nothing is said. */
  truth(series: Series, start: string, end = parisDate(this.enedisNow)): Map<number, number> {
    const truth = this.simulator.truth(METER, 'consumption', series, start, end);
    return new Map(truth.map((each) => [each.start, each.amount / 1000]));
  }

  /** What its archive has, as somebody reads it who opens it now. */
  async archived(
    series: Series,
    start: string,
    end = parisDate(this.enedisNow),
  ): Promise<Map<number, number>> {
    const archive = new MeterArchive(new FileStorage(this.data, () => undefined), 'real', METER);
    const days = await archive.read({ direction: 'consumption', series }, { start, end });
    return new Map(days.flat().map((each) => [each.start, each.amount / 1000]));
  }

  async close(): Promise<void> {
    await helper.unload();
    await this.#server.close();
    useServices();
    rmSync(this.#userDir, { recursive: true, force: true });
  }
}
