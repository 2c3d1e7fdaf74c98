/** The one place that opens sockets, against a server on the loopback that misbehaves in every known way. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { EnedisError, type Reason } from '../../lib/errors';
import { createHttp, type HttpOptions } from '../../lib/http/http';
import { packageUserAgent } from '../../lib/http/user-agent';

const TOKEN = 'secret-token-0123456789';
const PDL = '22516914714270';

/** What each path does. */
const ROUTES: Readonly<Record<string, RequestListener>> = {
  '/echo': (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, headers } = request;
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.end(JSON.stringify({ method, headers, body: Buffer.concat(chunks).toString() }));
    });
  },
  '/octets': (_request, response) => {
    response.setHeader('content-type', 'application/octet-stream');
    response.end('\uFEFF{"é":1}');
  },
  '/latin': (_request, response) => {
    response.setHeader('content-type', 'text/plain; charset=iso-8859-1');
    response.end('é');
  },
  '/gzip': (_request, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync('{"zipped":true}'));
  },
  '/brotli': (_request, response) => {
    response.setHeader('content-encoding', 'br');
    response.end(brotliCompressSync('{"zipped":true}'));
  },
  '/teapot': (_request, response) => response.writeHead(418).end('short and stout'),
  '/empty': (_request, response) => response.writeHead(204).end(),
  '/silent': () => undefined,
  '/half': (_request, response) => {
    response.write('{"half');
  },
  '/drip': (_request, response) => {
    const timer = setInterval(() => response.write('x'), 5);
    response.on('close', () => clearInterval(timer));
  },
  '/reset': (request) => request.socket.resetAndDestroy(),
  '/reset-body': (request, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"a":', () => request.socket.resetAndDestroy());
  },
  '/short-body': (request, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"a":', () => request.socket.end());
  },
  '/bad-gzip': (_request, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end('this is no gzip at all');
  },
  '/large': (_request, response) => {
    const chunk = 'x'.repeat(1024);
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
      response.once('drain', more);
    };
    more();
  },
  '/bomb': (_request, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync(Buffer.alloc(64 * 1024 * 1024)));
  },
  '/moved': (_request, response) =>
    response.writeHead(302, { location: `https://other.example/login?token=${TOKEN}` }).end(),
  '/moved-badly': (_request, response) => response.writeHead(301, { location: 'http://' }).end(),
};

let server: Server;
let base: string;
const sockets = new Set<Socket>();

before(async () => {
  server = createServer((request, response) => {
    const route = ROUTES[new URL(request.url ?? '/', 'http://x').pathname];
    if (route) route(request, response);
    else response.writeHead(404).end();
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

const request = (path: string): { method: 'GET'; url: string; headers: Record<string, string> } => ({
  method: 'GET',
  url: `${path.startsWith('http') ? path : base + path}?pointId=${PDL}`,
  headers: { Authorization: `Bearer ${TOKEN}` },
});

async function failing(path: string, options: HttpOptions = {}, signal?: AbortSignal): Promise<EnedisError> {
  const error: unknown = await createHttp(options)(request(path), signal).then(
    () => assert.fail(`${path} succeeded`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof EnedisError, inspect(error));
  const everything = inspect(error, { depth: null, showHidden: true }) + JSON.stringify(error);
  assert.ok(!everything.includes(TOKEN), everything);
  assert.ok(!everything.includes(PDL), everything);
  return error;
}

/** No connection is left: waits for the sockets' own close events, not for a time. */
async function allClosed(): Promise<void> {
  await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
}

describe('http: answers', () => {
  it('sends method, headers and body, and names the package', async () => {
    const response = await createHttp()({
      ...request('/echo'),
      method: 'POST',
      body: 'grant_type=client_credentials',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Authorization: `Basic ${TOKEN}` },
    });
    const echo = JSON.parse(response.body) as {
      method: string;
      headers: Record<string, string>;
      body: string;
    };
    assert.equal(echo.method, 'POST');
    assert.equal(echo.body, 'grant_type=client_credentials');
    assert.equal(echo.headers.authorization, `Basic ${TOKEN}`);
    assert.equal(echo.headers['content-type'], 'application/x-www-form-urlencoded');
    assert.equal(echo.headers['user-agent'], packageUserAgent());
    assert.match(packageUserAgent(), /^node-red-contrib-enedis\/\d+\.\d+\.\d+/);
    assert.equal(response.headers['set-cookie'], 'a=1, b=2');
    assert.equal(echo.headers.connection, 'close');
  });

  it('takes another name', async () => {
    const { body } = await createHttp({ userAgent: 'test/1' })(request('/echo'));
    assert.match(body, /"user-agent":"test\/1"/);
  });

  for (const [path, status, body] of [
    ['/octets', 200, '{"é":1}'],
    ['/latin', 200, 'é'],
    ['/gzip', 200, '{"zipped":true}'],
    ['/brotli', 200, '{"zipped":true}'],
    ['/teapot', 418, 'short and stout'],
    ['/empty', 204, ''],
    ['/nowhere', 404, ''],
  ] as const) {
    it(`${path}: ${status}`, async () => {
      const response = await createHttp()(request(path));
      assert.equal(response.status, status);
      assert.equal(response.body, body);
    });
  }

  it('leaves no connection open', async () => {
    await createHttp()(request('/echo'));
    await allClosed();
    assert.equal(sockets.size, 0);
  });
});

describe('http: a proxy in the environment', () => {
  const NAMES = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'] as const;
  const usual = NAMES.map((name) => process.env[name]);
  const seen: string[] = [];
  const proxy = createServer((incoming, response) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    response.end('from the proxy');
  });
  proxy.on('connect', ({ url, headers }, socket) => {
    seen.push(`CONNECT ${url} ${JSON.stringify(headers)}`);
    socket.end('HTTP/1.1 502 no\r\n\r\n');
  });

  beforeEach(async () => {
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    for (const name of NAMES) {
      if (/no/i.test(name)) delete process.env[name];
      else process.env[name] = address;
    }
    seen.length = 0;
  });
  afterEach(async () => {
    for (const [place, name] of NAMES.entries()) {
      const value = usual[place];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });

  for (const host of ['127.0.0.1', 'localhost']) {
    it(`is handed nothing for ${host}`, async () => {
      const url = `${base.replace('127.0.0.1', host)}/teapot`;
      const answer = await createHttp()({ ...request('/teapot'), url }).catch((error: unknown) => error);
      // Where localhost is ::1 alone, nobody is there; nor is anybody else asked.
      assert.notEqual((answer as { body?: string }).body, 'from the proxy');
      assert.deepEqual(seen, []);
    });
  }

  it('is asked for the way to another machine by https, and shown nothing', async () => {
    const error: unknown = await createHttp()(request('https://gateway.invalid/x')).catch((e: unknown) => e);
    assert.ok(
      seen.length > 0 && seen.every((line) => line.startsWith('CONNECT gateway.invalid:443')),
      String(error),
    );
    assert.ok(!seen.some((line) => line.includes(TOKEN) || line.includes(PDL)));
  });
});

describe('http: failures', () => {
  const cases: readonly (readonly [string, Reason, HttpOptions?])[] = [
    ['/silent', 'networkTimeout', { timeoutMs: 40 }],
    ['/half', 'networkTimeout', { timeoutMs: 40 }],
    ['/drip', 'networkTimeout', { timeoutMs: 60 }],
    ['/reset', 'networkInterrupted'],
    ['/reset-body', 'networkInterrupted'],
    ['/short-body', 'networkInterrupted'],
    ['/bad-gzip', 'networkInterrupted'],
    ['/large', 'responseTooLarge', { maxBytes: 100_000 }],
    ['/bomb', 'responseTooLarge', { maxBytes: 100_000 }],
    ['/moved', 'responseRedirect'],
    ['/moved-badly', 'responseRedirect'],
  ];
  for (const [path, reason, options] of cases) {
    it(`${path}: ${reason}`, async () => {
      const error = await failing(path, options);
      assert.equal(error.reason, reason, String(error));
      assert.equal(error.params.host, new URL(base).host);
      await allClosed();
      assert.equal(sockets.size, 0);
    });
  }

  it('a redirect names the other host only', async () => {
    const { params } = await failing('/moved');
    assert.deepEqual(params, { host: new URL(base).host, status: 302, target: 'other.example' });
  });

  it('a closed port is unreachable', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const error = await failing(`http://127.0.0.1:${port}/x`);
    assert.equal(error.reason, 'networkUnreachable');
    assert.deepEqual(error.params, { host: `127.0.0.1:${port}`, cause: 'ECONNREFUSED' });
  });

  it('plain HTTP behind https is a matter of TLS', async () => {
    const error = await failing(`${base.replace('http:', 'https:')}/x`);
    assert.equal(error.reason, 'networkTls');
  });
});

describe('http: aborted', () => {
  it('before it begins, without a connection', async () => {
    const reason = new Error('closing');
    await assert.rejects(createHttp()(request('/echo'), AbortSignal.abort(reason)), reason);
    assert.equal(sockets.size, 0);
  });

  for (const path of ['/silent', '/drip']) {
    it(`under way (${path}), with the signal's own reason`, async () => {
      const controller = new AbortController();
      const reason = new Error('closing');
      const arrived = new Promise((resolve) => server.once('request', resolve));
      const answer = createHttp()(request(path), controller.signal);
      await Promise.race([arrived, answer]);
      controller.abort(reason);
      await assert.rejects(answer, reason);
      await allClosed();
      assert.equal(sockets.size, 0);
    });
  }

  it('an abort that comes too late changes nothing', async () => {
    const controller = new AbortController();
    const { status } = await createHttp()(request('/teapot'), controller.signal);
    controller.abort();
    assert.equal(status, 418);
  });
});
