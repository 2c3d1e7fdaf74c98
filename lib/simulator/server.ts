/** The simulator over real HTTP on the loopback, with connections that break the ways connections break. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Simulator } from './simulator';
import type { SimulatorResponse, Transport } from './types';

/** To be closed: open connections keep a process alive. */
export interface ListeningSimulator {
  /** `http://127.0.0.1:<port>`, without a final slash. */
  url: string;
  /** How many are open. */
  connections(): number;
  /** Destroys every connection, then resolves. */
  close(): Promise<void>;
}

const CHUNK = Buffer.alloc(2 ** 20, ' ');
const LONGEST_BODY = 2 ** 20;

/**
 * On 127.0.0.1 alone; without a port the system chooses one. All that comes in counts as one client's. Rejects where
 * the port is taken.
 */
export async function listen(
  simulator: Simulator,
  options: { port?: number } = {},
): Promise<ListeningSimulator> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    answer(simulator, request, response).catch((problem: unknown) => {
      response.destroy(problem instanceof Error ? problem : undefined);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A client that goes away in the middle is no news to a server.
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    connections: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function answer(
  simulator: Simulator,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
  const body = await readBody(request);
  const reply = await simulator.handle({
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers,
    body,
  });
  send(reply, response);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LONGEST_BODY) throw new Error('request body too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function send(reply: SimulatorResponse, response: ServerResponse): void {
  const body = Buffer.from(reply.body);
  if (reply.transport) return sendBadly(reply, body, reply.transport, response);
  response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
  response.end(body);
}

function sendBadly(
  reply: SimulatorResponse,
  body: Buffer,
  transport: Transport,
  response: ServerResponse,
): void {
  const { status, headers } = reply;
  const half = body.subarray(0, Math.ceil(body.length / 2));
  const announced = { ...headers, 'content-length': body.length };
  switch (transport.kind) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'resetMidBody':
      response.writeHead(status, announced);
      response.write(half, () => response.socket?.resetAndDestroy());
      return;
    case 'stall':
      return;
    case 'stallMidBody':
      response.writeHead(status, announced);
      response.write(half);
      return;
    case 'slowDrip':
      response.writeHead(status, announced);
      drip(response, body, transport.bytes, transport.everyMs);
      return;
    case 'oversize':
      response.writeHead(status, headers);
      flood(response, transport.bytes);
      return;
    case 'gzipBomb': {
      // Each megabyte is a gzip member of its own; a reader unpacks them as one.
      const member = gzipSync(CHUNK);
      const bomb = Buffer.concat(Array<Buffer>(Math.ceil(transport.bytes / CHUNK.length)).fill(member));
      response.writeHead(status, { ...headers, 'content-encoding': 'gzip', 'content-length': bomb.length });
      response.end(bomb);
    }
  }
}

/** A few bytes at a time, until the client has had enough. */
function drip(response: ServerResponse, body: Buffer, bytes: number, everyMs: number): void {
  let from = 0;
  const timer = setInterval(() => {
    response.write(body.subarray(from, from + bytes));
    from += bytes;
    if (from < body.length) return;
    clearInterval(timer);
    response.end();
  }, everyMs);
  response.on('close', () => clearInterval(timer));
}

/** Spaces, as fast as the client takes them, never more than a chunk in memory. */
function flood(response: ServerResponse, bytes: number): void {
  let left = bytes;
  const pour = (): void => {
    while (left > 0 && !response.destroyed) {
      const chunk = left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK;
      left -= chunk.length;
      if (!response.write(chunk)) {
        response.once('drain', pour);
        return;
      }
    }
    response.end();
  };
  pour();
}
