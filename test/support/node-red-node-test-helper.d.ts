/** The parts of Node-RED's test helper that the tests use; it ships no types of its own. */
declare module 'node-red-node-test-helper' {
  import type { Node, NodeAPI } from 'node-red';

  interface LogSpy {
    args: unknown[][];
  }

  interface Answer {
    status: number;
    headers: Record<string, string>;
    text: string;
    body: unknown;
  }

  interface Call extends PromiseLike<Answer> {
    set(name: string, value: string): Call;
    type(contentType: string): Call;
    send(body: unknown): Call;
  }

  interface Helper {
    /** To Node-RED's admin API. */
    request(): { get(path: string): Call; post(path: string): Call };
    init(runtimePath: string): void;
    settings(settings: Record<string, unknown>): unknown;
    startServer(done: () => void): void;
    stopServer(done: () => void): void;
    load(
      nodes: ((RED: NodeAPI) => void)[],
      flow: object[],
      credentials: Record<string, unknown>,
    ): Promise<void>;
    unload(): Promise<void>;
    getNode(id: string): Node;
    log(): LogSpy;
  }

  const helper: Helper;
  export = helper;
}

/** Core nodes that the helper doesn't load by itself. */
declare module '@node-red/nodes/core/sequence/17-split' {
  import type { NodeAPI } from 'node-red';

  const splitAndJoin: (RED: NodeAPI) => void;
  export = splitAndJoin;
}
