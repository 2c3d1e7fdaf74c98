/**
 * A real Node-RED in a process of its own, with the package installed as a user installs it, driven as the editor
 * drives it: over the admin API. What a flow produces comes back through `sink()` nodes, in the order it was sent.
 *
 * ENEDIS_TEST_NODE and ENEDIS_TEST_NODE_RED (a node binary, a red.js) choose another Node and Node-RED than this
 * process's own: the same tests then say whether the package works there.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PACKAGE, temporaryFolder, userDirWithPackage, WIDGET } from './installed';

export interface FlowNode {
  id: string;
  type: string;
  z?: string;
  name?: string;
  wires?: string[][];
  [property: string]: unknown;
}

/** A message of a flow, as JSON carries it: no functions, dates as text. */
export type Message = Record<string, unknown> & { _msgid?: string; topic?: string; payload?: unknown };

export interface Delivery {
  /** Name of the sink it arrived at. */
  sink: string;
  msg: Message;
}

export interface StartOptions {
  /** Deployed before `startNodeRed` resolves. */
  flows?: FlowNode[];
  /** By node id, as the editor would send them; needs `flows`. */
  credentials?: Record<string, Record<string, string>>;
  /** Added to settings.js; JSON only. */
  settings?: Record<string, unknown>;
  /** A line of settings.js more, to run in the process before its nodes do. */
  prologue?: string;
  env?: Record<string, string>;
  /** A userDir of an earlier process, to see what outlives a restart. Default: a new one with the package installed. */
  userDir?: string;
  /** Loads nodes from these folders instead of installing the package. */
  nodesDir?: string[];
  /** Packages it is not to find where it looks for nodes, such as those of the checkout. */
  without?: string[];
  /** What the console shows; default `info`. */
  logLevel?: 'warn' | 'info' | 'debug' | 'trace';
}

export interface StopReport {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Milliseconds from the signal to the end of the process. */
  took: number;
}

const READY_TIMEOUT = 60_000;
const STOP_TIMEOUT = 5_000;
const MESSAGE_TIMEOUT = 20_000;

/** How Node-RED says that flows run, in English and in French (`settings: { lang: 'fr' }`). */
const STARTED = /Started (modified )?(flows|nodes)|(Flux|Noeuds)( modifiés)? démarrés/g;

const running = new Set<ChildProcess>();
// A failed test must not leave a Node-RED behind.
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Starts a Node-RED on a free port and waits until its flows run. */
export async function startNodeRed(options: StartOptions = {}): Promise<NodeRed> {
  const userDir =
    options.userDir ??
    (options.nodesDir === undefined ? await userDirWithPackage() : temporaryFolder('user-dir-'));
  const settingsFile = join(userDir, 'settings.js');
  // npm links the workspace to where Node-RED looks for nodes; a user has the widget where it was installed.
  const linked = existsSync(join(userDir, 'node_modules', WIDGET)) ? [] : [WIDGET];
  writeFileSync(
    settingsFile,
    settingsSource({ ...options, without: [...linked, ...(options.without ?? [])] }),
  );
  // The editor's own tips begin a second after its start, ready or not: on a busy machine they then throw (Node-RED 5.0.7).
  const usersFile = join(userDir, '.config.users.json');
  if (!existsSync(usersFile))
    writeFileSync(usersFile, JSON.stringify({ _: { editor: { view: { 'view-show-tips': false } } } }));

  const child = spawn(
    process.env.ENEDIS_TEST_NODE ?? process.execPath,
    [
      process.env.ENEDIS_TEST_NODE_RED ?? require.resolve('node-red/red.js'),
      '--settings',
      settingsFile,
      '--userDir',
      userDir,
    ],
    {
      cwd: userDir,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // NODE_OPTIONS would carry this runner's own loaders into the process under test.
      env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined, ...options.env },
    },
  );
  running.add(child);
  const nodeRed = new NodeRed(child, userDir);
  try {
    await nodeRed.ready();
    if (options.flows !== undefined) await nodeRed.deploy(options.flows, options.credentials);
  } catch (error) {
    await nodeRed.kill();
    throw error;
  }
  return nodeRed;
}

export class NodeRed {
  readonly #child: ChildProcess;
  readonly #exited: Promise<StopReport>;
  readonly #arrived: Delivery[] = [];
  /** Those of them that `next` hasn't handed out. */
  readonly #waiting: Delivery[] = [];
  /** Called whenever something arrived, was logged, or the process ended. */
  readonly #watchers = new Set<() => void>();
  #log = '';
  #ended: StopReport | undefined;
  #url = '';

  constructor(
    child: ChildProcess,
    readonly userDir: string,
  ) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#log += text;
        this.#wake();
      });
    }
    child.on('message', (delivery: Delivery) => {
      this.#arrived.push(delivery);
      this.#waiting.push(delivery);
      this.#wake();
    });
    this.#exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        running.delete(child);
        this.#ended = { code, signal, took: 0 };
        this.#wake();
        resolve(this.#ended);
      });
    });
  }

  /** Root of editor and admin API, with a slash at its end. */
  get url(): string {
    return this.#url;
  }

  get isRunning(): boolean {
    return this.#ended === undefined;
  }

  /** Everything the process wrote so far, standard output and error together. */
  log(): string {
    return this.#log;
  }

  /** Everything that arrived at a sink so far, oldest first, whether `next` handed it out or not. */
  arrived(sink: string): Message[] {
    return this.#arrived.filter((one) => one.sink === sink).map((one) => one.msg);
  }

  /** Waits until Node-RED listens and its flows run. */
  async ready(): Promise<void> {
    const listening = /(http:\/\/127\.0\.0\.1:\d+\/)/;
    await this.until(() => listening.test(this.#log), 'Node-RED to listen', READY_TIMEOUT);
    this.#url = listening.exec(this.#log)?.[1] ?? '';
    await this.until(() => this.#log.search(STARTED) >= 0, 'the flows to start', READY_TIMEOUT);
  }

  /** One request to Node-RED; `path` is relative to its root. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(new URL(path, this.#url), { signal: AbortSignal.timeout(30_000), ...init });
  }

  /** The JSON answer to a GET request. Throws for any other status than 200. */
  async json<T>(path: string): Promise<T> {
    const answer = await this.request(path, { headers: { accept: 'application/json' } });
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /**
   * Replaces the flows as the editor's Deploy button does, and waits until the new ones run.
   * `type` is Deploy's: everything, changed flows only, changed nodes only.
   */
  async deploy(
    flows: FlowNode[],
    credentials: Record<string, Record<string, string>> = {},
    type: 'full' | 'flows' | 'nodes' = 'full',
  ): Promise<void> {
    const started = () => this.#log.match(STARTED)?.length ?? 0;
    const before = started();
    const deployed = flows.map((node, index) => ({
      // Node-RED takes a node without a place on the canvas for a configuration.
      ...(node.wires === undefined ? {} : { x: 200, y: 40 * (index + 1) }),
      ...node,
      ...(credentials[node.id] === undefined ? {} : { credentials: credentials[node.id] }),
    }));
    const answer = await this.request('flows', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'Node-RED-API-Version': 'v2',
        'Node-RED-Deployment-Type': type,
      },
      body: JSON.stringify({ flows: deployed }),
    });
    if (!answer.ok) throw new Error(`Deploying: ${answer.status} ${await answer.text()}`);
    await this.until(() => started() > before, 'the deployed flows to start');
  }

  /** The flows as Node-RED holds them. */
  async flows(): Promise<FlowNode[]> {
    return this.json<FlowNode[]>('flows');
  }

  /** Presses the button of an inject node. */
  async inject(id: string): Promise<void> {
    const answer = await this.request(`inject/${id}`, { method: 'POST' });
    if (answer.status !== 200) throw new Error(`Pressing ${id}: ${answer.status} ${await answer.text()}`);
  }

  /**
   * Takes the oldest message not yet taken that arrived at `sink` and fits, waiting for it where need be. Those before
   * it that don't fit stay.
   */
  async next(
    sink: string,
    fits: (msg: Message) => boolean = () => true,
    timeout = MESSAGE_TIMEOUT,
  ): Promise<Message> {
    const find = () => this.#waiting.findIndex((one) => one.sink === sink && fits(one.msg));
    await this.until(() => find() >= 0, `a message at the sink "${sink}"`, timeout);
    const [taken] = this.#waiting.splice(find(), 1);
    if (taken === undefined) throw new Error('unreachable');
    return taken.msg;
  }

  /** Waits for something to be true, looking again whenever the process says or does something. */
  async until(condition: () => boolean, what: string, timeout = MESSAGE_TIMEOUT): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const finish = (error?: Error): void => {
        this.#watchers.delete(look);
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      };
      const fail = (why: string): void =>
        finish(new Error(`Waiting for ${what}: ${why}. Node-RED wrote:\n${this.#log.slice(-8000)}`));
      const timer = setTimeout(() => fail(`not within ${timeout} ms`), timeout);
      const look = (): void => {
        if (condition()) finish();
        else if (this.#ended) fail(`the process ended (${this.#ended.code ?? this.#ended.signal})`);
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** Ends it as a service manager does: SIGTERM, and SIGKILL after five seconds (`signal` tells which it was). */
  async stop(): Promise<StopReport> {
    const begun = Date.now();
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT);
    const report = await this.#exited;
    clearTimeout(timer);
    return { ...report, took: Date.now() - begun };
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #wake(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}

/** A node that hands each message it gets to the test, under `name`. */
export function sink(name: string, tab: string, id = `sink-${name}`): FlowNode {
  return {
    id,
    type: 'function',
    z: tab,
    name: `to the test: ${name}`,
    func: `global.get('deliver')(${JSON.stringify(name)}, msg);`,
    outputs: 0,
    x: 900,
    y: 100,
    wires: [],
  };
}

/**
 * The same flow with a sink beside each of its debug nodes, under the debug node's name: a flow made for people to read
 * becomes one a test can read.
 */
export function withSinks(flow: FlowNode[]): FlowNode[] {
  const debugs = flow.filter((node) => node.type === 'debug');
  const sinkIds = new Map(debugs.map((node) => [node.id, `sink-${node.id}`]));
  const wired = flow.map((node) =>
    node.wires === undefined
      ? node
      : {
          ...node,
          wires: node.wires.map((targets) =>
            targets.flatMap((id) => {
              const beside = sinkIds.get(id);
              return beside === undefined ? [id] : [id, beside];
            }),
          ),
        },
  );
  return [
    ...wired,
    ...debugs.map((node) => sink(node.name ?? node.id, node.z ?? '', sinkIds.get(node.id) ?? node.id)),
  ];
}

/** The nodes of an importable flow. */
export function readFlow(file: string): FlowNode[] {
  return JSON.parse(readFileSync(file, 'utf8')) as FlowNode[];
}

/**
 * `deliver` goes through the process's own channel to the test: nothing to connect to, nothing overtakes anything, and
 * it works on every Node-RED.
 */
function settingsSource({
  settings = {},
  nodesDir = [],
  without = [],
  logLevel = 'info',
  prologue = '',
}: StartOptions): string {
  const base = {
    uiHost: '127.0.0.1',
    uiPort: 0,
    lang: 'en-US',
    flowFile: 'flows.json',
    credentialSecret: 'test',
    telemetry: { enabled: false, updateNotification: false },
    diagnostics: { enabled: false, ui: false },
    // The editor would fetch the catalogue of all packages, and spend a third of its start on Monaco.
    editorTheme: { tours: false, palette: { catalogues: [] }, codeEditor: { lib: 'ace' } },
    logging: { console: { level: logLevel, metrics: false, audit: false } },
    // Nobody real is asked, whatever a flow has in it; a test that wants a source names its own.
    enedis: { sources: false },
    ...(nodesDir.length > 0 ? { nodesDir } : {}),
    ...(without.length > 0 ? { nodesExcludes: without.map((name) => basename(name)) } : {}),
    ...settings,
  };
  return `${prologue}
module.exports = {
  ...${JSON.stringify(base, null, 2)},
  functionGlobalContext: {
    deliver(sink, msg) {
      const { req, res, ...rest } = msg;
      process.send({ sink, msg: JSON.parse(JSON.stringify(rest)) });
    },
  },
};
`;
}

/**
 * The prologue of a Node-RED whose clock is at an instant when it is first looked at, however long Node-RED took to come to
 * it, and goes on from there. @param random what is drawn at random
 */
export function startsAt(iso: string, random = 0): string {
  return `
    const { join: joined } = require('node:path');
    const built = joined(__dirname, 'node_modules', '${PACKAGE}', 'dist');
    const { systemClock } = require(joined(built, 'lib', 'async', 'clock.js'));
    const { useServices } = require(joined(built, 'nodes', 'shared', 'services.js'));
    let ahead;
    const now = () => Date.now() + (ahead ??= ${Date.parse(iso)} - Date.now());
    const at = (when, task, look) => systemClock.at(when - (now() - Date.now()), task, look);
    useServices({ clock: { ...systemClock, now, at }, random: () => ${random} });`;
}
