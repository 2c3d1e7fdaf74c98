/** Files that survive: whole or not at all, private, set aside when damaged, and with errors that tell no secret. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { EnedisError, type Reason } from '../../lib/errors';
import { FileStorage } from '../../lib/storage/files';
import { check, describeStorage } from '../support/storage-suite';

const PDL = '22516914714270';
const POSIX = process.platform !== 'win32';

describeStorage('files', () => {
  const root = mkdtempSync(join(tmpdir(), 'enedis-files-'));
  const told: [string, string, string][] = [];
  const reopen = (): FileStorage => new FileStorage(root, (...each) => told.push(each));
  const contentOf = (name: string): string => readFileSync(join(root, name), 'utf8');
  const change = (name: string, from: string | RegExp, to: string): void =>
    writeFileSync(join(root, name), contentOf(name).replace(from, to));
  return {
    storage: reopen(),
    aside: told,
    reopen,
    contentOf,
    spoil: (name, entry = 'content') => change(name, new RegExp(`(?<="${entry}":.*"text":")\\d`), '9'),
    makeNewer: (name) => change(name, '"version":2', '"version":3'),
  };
});

describeStorage('memory', () => {
  const told: [string, string, string][] = [];
  const storage = new FileStorage(undefined, (...each) => told.push(each));
  return { storage, aside: told, reopen: () => storage };
});

let dir = '';
let aside: [string, string][] = [];
let folder: FileStorage;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'enedis-files-'));
  aside = [];
  folder = new FileStorage(dir, (file, to) => aside.push([file, to]));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** An EnedisError for that reason, in which no PDL nor path of ours is found however one looks. */
const storageError = (reason: Reason) => (error: unknown) => {
  assert.ok(error instanceof EnedisError);
  assert.equal(error.reason, reason);
  assert.equal(error.code, 'ENEDIS_STORAGE');
  assert.equal(error.cause, undefined);
  const all = `${error.message} ${error.stack} ${JSON.stringify(error.params)}`;
  assert.ok(!all.includes(PDL), 'the PDL shows');
  assert.ok(!all.includes(dir), 'the path shows');
  return true;
};

describe('a folder on disk', () => {
  it('gives back what was written, also to somebody who opens it later', async () => {
    await folder.write('a.json', { text: 'é 0' });
    assert.deepEqual(await folder.read('a.json', check), { text: 'é 0' });
    assert.deepEqual(await new FileStorage(dir, () => undefined).read('a.json', check), { text: 'é 0' });
    assert.equal(await folder.read('b.json', check), undefined);
    assert.deepEqual(aside, []);
  });

  it('leaves nothing beside the files', async () => {
    await folder.write('a.json', { text: '1' });
    await folder.write('a.json', { text: '2' });
    await folder.write(`${PDL}/b.json`, { text: '3' });
    assert.deepEqual(readdirSync(dir).sort(), [PDL, 'a.json']);
    assert.deepEqual(readdirSync(join(dir, PDL)), ['b.json']);
  });

  it('replaces the file by another one: the old content is never written over', async () => {
    await folder.write('a.json', { text: 'old' });
    const before = statSync(join(dir, 'a.json')).ino;
    await folder.write('a.json', { text: 'new' });
    if (POSIX) assert.notEqual(statSync(join(dir, 'a.json')).ino, before);
  });

  it('a reader beside a busy writer always finds a whole file', async () => {
    const long = 'x'.repeat(200_000);
    await folder.write('a.json', { text: `0 ${long}` });
    const writing = (async () => {
      for (let turn = 1; turn <= 20; turn++) await folder.write('a.json', { text: `${turn} ${long}` });
    })();
    const reader = new FileStorage(dir, (file, to) => aside.push([file, to]));
    for (let turn = 0; turn < 40; turn++)
      assert.equal((await reader.read('a.json', check))?.text.slice(-long.length), long);
    await writing;
    assert.deepEqual(aside, []);
  });

  it('is for its owner only', { skip: !POSIX }, async () => {
    await folder.write(`${PDL}/deep/a.json`, { text: '1' });
    const mode = (...path: string[]): number => statSync(join(dir, ...path)).mode & 0o777;
    assert.equal(mode(PDL, 'deep', 'a.json'), 0o600);
    assert.equal(mode(PDL, 'deep'), 0o700);
    assert.equal(mode(PDL), 0o700);
    // A file that somebody opened up is private again after the next write.
    chmodSync(join(dir, PDL, 'deep', 'a.json'), 0o644);
    await folder.write(`${PDL}/deep/a.json`, { text: '2' });
    assert.equal(mode(PDL, 'deep', 'a.json'), 0o600);
  });

  it('lists the files of a folder, not what is damaged, half-written or nothing of ours', async () => {
    assert.deepEqual(await folder.list(PDL), []);
    await folder.write(`${PDL}/a.json`, { text: '1' });
    await folder.write(`${PDL}/b.json`, { text: '1' });
    writeFileSync(join(dir, PDL, 'a.json.damaged-01234567'), '{');
    writeFileSync(join(dir, PDL, 'a.json.01234567.tmp'), '{');
    assert.deepEqual((await folder.list(PDL)).sort(), ['a.json', 'b.json']);
  });
});

describe('a damaged file', () => {
  const damages: Record<string, string> = {
    'cut off': '{"text":"abc',
    empty: '',
    'of zeros, as a power cut leaves it': '\0'.repeat(64),
    'of the wrong shape': '{"other":1}',
    'with nothing in it': 'null',
  };
  for (const [name, content] of Object.entries(damages)) {
    it(`${name} is set aside, untouched, and said`, async () => {
      mkdirSync(join(dir, PDL));
      writeFileSync(join(dir, PDL, 'a.json'), content);
      assert.equal(await folder.read(`${PDL}/a.json`, check), undefined);
      assert.equal(aside.length, 1);
      const [file, to] = aside[0]!;
      assert.equal(file, 'a.json');
      assert.match(to, /^a\.json\.damaged-[0-9a-f]{8}$/);
      assert.equal(readFileSync(join(dir, PDL, to), 'utf8'), content);
      assert.ok(!existsSync(join(dir, PDL, 'a.json')));
      await folder.write(`${PDL}/a.json`, { text: 'new' });
      assert.deepEqual(await folder.read(`${PDL}/a.json`, check), { text: 'new' });
      assert.equal(readFileSync(join(dir, PDL, to), 'utf8'), content);
    });
  }

  it('is replaced by what counts instead, where something does', async () => {
    writeFileSync(join(dir, 'a.json'), '{');
    assert.deepEqual(await folder.read('a.json', check, { text: 'instead' }), { text: 'instead' });
    assert.deepEqual(await folder.read('a.json', check), { text: 'instead' });
    assert.equal(aside.length, 1);
    assert.equal(await folder.read('b.json', check, { text: 'instead' }), undefined);
  });

  it('damaged again, both copies are kept', async () => {
    for (const content of ['first', 'second']) {
      writeFileSync(join(dir, 'a.json'), content);
      await folder.read('a.json', check);
    }
    assert.deepEqual(aside.map(([, to]) => readFileSync(join(dir, to), 'utf8')).sort(), ['first', 'second']);
  });

  it('read by two at once is set aside once, an error for neither', async () => {
    writeFileSync(join(dir, 'a.json'), '{');
    const read = await Promise.all([1, 2, 3].map(() => folder.read('a.json', check)));
    assert.deepEqual(read, [undefined, undefined, undefined]);
    assert.equal(aside.length, 1);
  });
});

describe('a write', () => {
  it('one that fails is told to its caller; the next is tried afresh', async () => {
    // A folder where the file should be: the rename fails.
    mkdirSync(join(dir, 'a.json', 'child'), { recursive: true });
    const results = await Promise.allSettled(
      [1, 2, 3].map((n) => folder.write('a.json', { text: String(n) })),
    );
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected'],
    );
    await rm(join(dir, 'a.json'), { recursive: true });
    await folder.write('a.json', { text: '4' });
    assert.deepEqual(await folder.read('a.json', check), { text: '4' });
    assert.deepEqual(readdirSync(dir), ['a.json']);
  });
});

describe('a disk that refuses', () => {
  it('a file where the folder should be: an EnedisError each time, without the PDL', async () => {
    writeFileSync(join(dir, PDL), 'not a folder');
    await assert.rejects(folder.write(`${PDL}/a.json`, { text: '1' }), storageError('storageWrite'));
    await assert.rejects(folder.read(`${PDL}/a.json`, check), storageError('storageRead'));
    await assert.rejects(folder.list(PDL), storageError('storageRead'));
    assert.equal(readFileSync(join(dir, PDL), 'utf8'), 'not a folder');
  });

  it('a folder where the file should be', async () => {
    mkdirSync(join(dir, PDL, 'a.json'), { recursive: true });
    await assert.rejects(folder.read(`${PDL}/a.json`, check), storageError('storageRead'));
    await assert.rejects(folder.write(`${PDL}/a.json`, { text: '1' }), storageError('storageWrite'));
    assert.deepEqual(readdirSync(join(dir, PDL)), ['a.json']);
  });

  it('a read-only folder', { skip: !POSIX || process.getuid?.() === 0 }, async () => {
    mkdirSync(join(dir, PDL));
    writeFileSync(join(dir, PDL, 'a.json'), '{');
    chmodSync(join(dir, PDL), 0o500);
    try {
      await assert.rejects(folder.write(`${PDL}/a.json`, { text: '1' }), storageError('storageWrite'));
      // What can't be set aside stays, and isn't taken for nothing.
      await assert.rejects(folder.read(`${PDL}/a.json`, check), storageError('storageRead'));
      assert.equal(readFileSync(join(dir, PDL, 'a.json'), 'utf8'), '{');
      assert.deepEqual(aside, []);
    } finally {
      chmodSync(join(dir, PDL), 0o700);
    }
  });

  it('the system’s word for it is in the error, for the person who has to mend it', async () => {
    writeFileSync(join(dir, PDL), '');
    await assert.rejects(folder.read(`${PDL}/a.json`, check), (error: EnedisError) => {
      assert.deepEqual(error.params, { file: 'a.json', cause: 'ENOTDIR' });
      return true;
    });
  });
});

describe('format 1, which had no checksums', () => {
  it('is read as it is, and sealed when it is written again', async () => {
    writeFileSync(join(dir, 'a.json'), '{"text":"1"}');
    assert.deepEqual(await folder.read('a.json', check), { text: '1' });
    await folder.write('a.json', { text: '2' });
    assert.match(
      readFileSync(join(dir, 'a.json'), 'utf8'),
      /^\{"version":2,"checksum":"[0-9a-f]{12}","content":/,
    );
    assert.deepEqual(aside, []);
  });

  it('of days: one that is wrong costs itself', async () => {
    const days = { a: { text: '1' }, b: { text: 2 }, c: { text: '3' } };
    writeFileSync(join(dir, 'a.json'), JSON.stringify({ version: 1, days }));
    const read = await folder.readEntries('a.json', (_name, content) => check(content));
    assert.deepEqual(read, { entries: { a: { text: '1' }, c: { text: '3' } }, isWhole: false });
    assert.equal(aside.length, 1);
  });

  it('isn’t what a document is taken for of which the checksum was hit', async () => {
    await folder.write('a.json', { text: '1' });
    const sealed = readFileSync(join(dir, 'a.json'), 'utf8');
    for (const [from, to] of [
      ['version', 'Version'],
      ['checksum', 'chgcksum'],
      ['"content"', '"contenu"'],
    ] as const) {
      writeFileSync(join(dir, 'a.json'), sealed.replace(from, to));
      assert.equal(await folder.read('a.json', (content) => content), undefined, to);
    }
  });
});

describe('any single bit', () => {
  /** @returns how often what is read differs from what was written without anybody being told. */
  async function unnoticed(write: () => Promise<void>, read: () => Promise<unknown>): Promise<number> {
    await write();
    const path = join(dir, 'a.json');
    const good = readFileSync(path);
    const expected = await read();
    let count = 0;
    for (let bit = 0; bit < good.length * 8; bit += 3) {
      const bad = Buffer.from(good);
      bad[bit >> 3] = bad[bit >> 3]! ^ (1 << (bit & 7));
      writeFileSync(path, bad);
      aside = [];
      const found = await read().catch((error: EnedisError) => error.reason);
      const isNoticed = aside.length > 0 || found === 'storageNewer';
      if (!isNoticed && !isDeepStrictEqual(found, expected)) count++;
    }
    return count;
  }

  it('of a document is noticed or harmless', async () => {
    const content = { rev: 5278, files: { a: 10, b: 11 }, since: '2026-06-08', é: [1, 20, null] };
    assert.equal(
      await unnoticed(
        () => folder.write('a.json', content),
        () => folder.read('a.json', (each) => each),
      ),
      0,
    );
  });

  it('of a document of entries is noticed or harmless, and costs one entry, or two side by side', async () => {
    const days = Object.fromEntries(
      Array.from({ length: 9 }, (_, place) => [
        `2026-06-0${place + 1}`,
        { values: [5278, null, place], rev: 1 },
      ]),
    );
    let fewest = 9;
    const read = async (): Promise<unknown> => {
      const found = await folder.readEntries('a.json', (name, content) => [name, content]);
      fewest = Math.min(fewest, Object.keys(found?.entries ?? {}).length);
      return found;
    };
    assert.equal(await unnoticed(() => folder.writeEntries('a.json', days), read), 0);
    assert.ok(fewest >= 7, `${fewest}`);
  });
});
