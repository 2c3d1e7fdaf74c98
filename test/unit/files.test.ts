/** Files that survive: whole or not at all, private, set aside when damaged, and with errors that tell no secret. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { EnedisError, type Reason } from '../../lib/errors';
import { JsonFolder } from '../../lib/storage/files';

const PDL = '22516914714270';
const POSIX = process.platform !== 'win32';

interface Content {
  text: string;
}
const check = (content: unknown): Content => {
  if (typeof (content as Content | null)?.text !== 'string') throw new Error('wrong shape');
  return content as Content;
};
const any = (content: unknown): unknown => content;

let dir = '';
let aside: [string, string][] = [];
let folder: JsonFolder;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'enedis-files-'));
  aside = [];
  folder = new JsonFolder(dir, (file, to) => aside.push([file, to]));
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
    assert.deepEqual(await new JsonFolder(dir, () => undefined).read('a.json', check), { text: 'é 0' });
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
    const reader = new JsonFolder(dir, (file, to) => aside.push([file, to]));
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

describe('writes at the same time', () => {
  it('of one file: the last wins, and everybody waits until theirs or a later one is on the disk', async () => {
    const seen: string[] = [];
    await Promise.all(
      Array.from({ length: 50 }, async (_, place) => {
        await folder.write('a.json', { text: String(place) });
        seen.push((JSON.parse(readFileSync(join(dir, 'a.json'), 'utf8')) as Content).text);
      }),
    );
    assert.deepEqual(await folder.read('a.json', check), { text: '49' });
    // Two writes for fifty calls: the first, and one for all who came while it was under way.
    assert.deepEqual(
      seen.slice(1),
      Array.from({ length: 49 }, () => '49'),
    );
    assert.ok(seen[0] === '0' || seen[0] === '49');
    assert.deepEqual(readdirSync(dir), ['a.json']);
  });

  it('take the content as it was when they were asked', async () => {
    const content = { text: 'then' };
    const writing = folder.write('a.json', content);
    content.text = 'later';
    await writing;
    assert.deepEqual(await folder.read('a.json', check), { text: 'then' });
  });

  it('of several files don’t wait for each other', async () => {
    const names = Array.from({ length: 20 }, (_, place) => `${place}.json`);
    await Promise.all(names.map((name) => folder.write(name, { text: name })));
    for (const name of names) assert.deepEqual(await folder.read(name, check), { text: name });
  });

  it('one after the other in waves, none is lost', async () => {
    for (let wave = 0; wave < 10; wave++) {
      const writes = [0, 1, 2].map((place) => folder.write('a.json', { text: `${wave}.${place}` }));
      if (wave % 2 === 0) await Promise.all(writes);
      else await writes[0];
    }
    await folder.write('a.json', { text: 'end' });
    assert.deepEqual(await folder.read('a.json', check), { text: 'end' });
  });

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

describe('without a folder', () => {
  let memory: JsonFolder;
  beforeEach(() => (memory = new JsonFolder(undefined, (file, to) => aside.push([file, to]))));

  it('everything works the same and nothing is on the disk', async () => {
    await memory.write(`${PDL}/a.json`, { text: '1' });
    await memory.write('b.json', { text: '2' });
    assert.deepEqual(await memory.read(`${PDL}/a.json`, check), { text: '1' });
    assert.equal(await memory.read('c.json', check), undefined);
    assert.deepEqual(await memory.list(PDL), ['a.json']);
    assert.deepEqual(await memory.list(''), ['b.json']);
    assert.deepEqual(readdirSync(dir), []);
    assert.equal(await new JsonFolder(undefined, () => undefined).read('b.json', any), undefined);
  });

  it('what is given out isn’t what is kept', async () => {
    const content = { text: '1' };
    await memory.write('a.json', content);
    content.text = '2';
    const read = await memory.read('a.json', check);
    read!.text = '3';
    assert.deepEqual(await memory.read('a.json', check), { text: '1' });
  });

  it('a wrong shape is set aside once, as on a disk', async () => {
    await memory.write('a.json', { other: 1 });
    assert.equal(await memory.read('a.json', check), undefined);
    assert.equal(await memory.read('a.json', check), undefined);
    assert.equal(aside.length, 1);
    assert.deepEqual(await memory.list(''), []);
  });
});
