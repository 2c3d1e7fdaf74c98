/** What every storage must do, whatever keeps the documents: each implementation's own test runs this. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Storage } from '../../lib/storage/storage';

/** One storage, empty, and what its test can do to it from outside. */
export interface StorageUnderTest {
  storage: Storage;
  /** The documents that were set aside: last name, name of the copy, first part of the name. */
  aside: [file: string, aside: string, room: string][];
  /** As after a restart. */
  reopen: () => Storage;
  /** Damages a document, or one entry of it; absent where nothing can be damaged. */
  spoil?: (name: string, entry?: string) => void;
  /** Makes a document one that a newer version wrote, and tells what is kept of it now. */
  makeNewer?: (name: string) => void;
  contentOf?: (name: string) => string;
}

interface Content {
  text: string;
}
export const check = (content: unknown): Content => {
  if (typeof (content as Content | null)?.text !== 'string') throw new Error('wrong shape');
  return content as Content;
};
const checkEntry = (name: string, content: unknown): Content => {
  if (name.length !== 1) throw new Error('wrong name');
  return check(content);
};

const A = 'meters/real/22516914714270/a.json';

export function describeStorage(what: string, make: () => StorageUnderTest): void {
  describe(`${what}: documents`, () => {
    it('come back as they were written, also to somebody who opens them later', async () => {
      const { storage, reopen, aside } = make();
      await storage.write(A, { text: 'é 0' });
      await storage.write('b.json', { text: '2' });
      assert.deepEqual(await storage.read(A, check), { text: 'é 0' });
      assert.deepEqual(await reopen().read(A, check), { text: 'é 0' });
      assert.equal(await storage.read('c.json', check), undefined);
      assert.deepEqual(aside, []);
    });

    it('are what they were when they were given, and what is given out isn’t what is kept', async () => {
      const { storage } = make();
      const content = { text: 'then' };
      const writing = storage.write(A, content);
      content.text = 'later';
      await writing;
      const read = await storage.read(A, check);
      assert.deepEqual(read, { text: 'then' });
      read.text = 'changed';
      assert.deepEqual(await storage.read(A, check), { text: 'then' });
    });

    it('are listed by their last names, those of the folder itself only', async () => {
      const { storage } = make();
      assert.deepEqual(await storage.list('meters/real/22516914714270'), []);
      await storage.write(A, { text: '1' });
      await storage.write('meters/real/22516914714270/b.json', { text: '1' });
      await storage.write('c.json', { text: '1' });
      assert.deepEqual((await storage.list('meters/real/22516914714270')).sort(), ['a.json', 'b.json']);
      assert.deepEqual(await storage.list(''), ['c.json']);
    });

    it('are removed, once and again', async () => {
      const { storage, reopen } = make();
      await storage.write(A, { text: '1' });
      await storage.remove(A);
      await storage.remove(A);
      assert.equal(await reopen().read(A, check), undefined);
      await storage.write(A, { text: '2' });
      assert.deepEqual(await storage.read(A, check), { text: '2' });
    });

    it('of the wrong shape are set aside once; what counts instead is kept', async () => {
      const { storage, aside } = make();
      await storage.write(A, { other: 1 });
      assert.equal(await storage.read(A, check), undefined);
      assert.equal(await storage.read(A, check), undefined);
      assert.equal(aside.length, 1);
      const [[file, copy, room]] = aside as [[string, string, string]];
      assert.deepEqual([file, room], ['a.json', 'meters']);
      assert.match(copy, /^a\.json\.damaged-[0-9a-f]{8}$/);
      await storage.write(A, { other: 2 });
      assert.deepEqual(await storage.read(A, check, { text: 'instead' }), { text: 'instead' });
      assert.deepEqual(await storage.read(A, check), { text: 'instead' });
      assert.equal(await storage.read('b.json', check, { text: 'instead' }), undefined);
    });
  });

  describe(`${what}: entries`, () => {
    const entries = { a: { text: '1' }, b: { text: 'two\n}},"c":{' }, c: { text: 'é' } };

    it('come back whole', async () => {
      const { storage, reopen } = make();
      for (const each of [{}, { a: { text: '0' } }, entries]) {
        await storage.writeEntries(A, each);
        assert.deepEqual(await reopen().readEntries(A, checkEntry), { entries: each, isWhole: true });
      }
      assert.equal(await storage.readEntries('b.json', checkEntry), undefined);
    });

    it('of a wrong shape cost themselves; a copy is kept, the others are all that is left', async () => {
      const { storage, reopen, aside } = make();
      await storage.writeEntries(A, { ...entries, b: { other: 1 }, bb: { text: '1' } });
      const { a, c } = entries;
      assert.deepEqual(await storage.readEntries(A, checkEntry), { entries: { a, c }, isWhole: false });
      assert.deepEqual(await reopen().readEntries(A, checkEntry), { entries: { a, c }, isWhole: true });
      assert.equal(aside.length, 1);
    });

    it('all of a wrong shape leave nothing', async () => {
      const { storage, aside } = make();
      await storage.writeEntries(A, { a: 1, b: null });
      assert.equal(await storage.readEntries(A, checkEntry), undefined);
      assert.equal(await storage.readEntries(A, checkEntry), undefined);
      assert.equal(aside.length, 1);
    });
  });

  describe(`${what}: writes at the same time`, () => {
    it('of one document: the last wins, everybody waits until theirs or a later one is kept', async () => {
      const { storage, reopen } = make();
      const seen: string[] = [];
      await Promise.all(
        Array.from({ length: 50 }, async (_, place) => {
          await storage.write(A, { text: String(place) });
          seen.push((await reopen().read(A, check))!.text);
        }),
      );
      // At most two writes for fifty calls: the first, and one for all who came while it was under way.
      assert.ok(seen.every((text) => text === '0' || text === '49'));
      assert.deepEqual(await storage.read(A, check), { text: '49' });
    });

    it('of several don’t wait for each other; one after the other in waves, none is lost', async () => {
      const { storage } = make();
      const names = Array.from({ length: 20 }, (_, place) => `${place}.json`);
      await Promise.all(names.map((name) => storage.write(name, { text: name })));
      for (const name of names) assert.deepEqual(await storage.read(name, check), { text: name });
      for (let wave = 0; wave < 10; wave++) {
        const writes = [0, 1, 2].map((place) => storage.write(A, { text: `${wave}.${place}` }));
        if (wave % 2 === 0) await Promise.all(writes);
        else await writes[0];
      }
      await storage.write(A, { text: 'end' });
      assert.deepEqual(await storage.read(A, check), { text: 'end' });
    });

    it('and a removal: what was asked for last counts', async () => {
      const { storage } = make();
      await Promise.all([storage.write(A, { text: '1' }), storage.remove(A)]);
      assert.equal(await storage.read(A, check), undefined);
    });
  });

  const { spoil, makeNewer } = make();
  if (!spoil || !makeNewer) return;

  describe(`${what}: what happened to it from outside`, () => {
    it('damage of a document is noticed', async () => {
      const { storage, aside, ...its } = make();
      await storage.write(A, { text: '1' });
      its.spoil!(A);
      assert.equal(await storage.read(A, check), undefined);
      assert.equal(aside.length, 1);
    });

    it('damage of an entry is noticed and costs that one', async () => {
      const { storage, aside, ...its } = make();
      await storage.writeEntries(A, { a: { text: '1' }, b: { text: '2' }, c: { text: '3' } });
      its.spoil!(A, 'b');
      const left = { a: { text: '1' }, c: { text: '3' } };
      assert.deepEqual(await storage.readEntries(A, checkEntry), { entries: left, isWhole: false });
      assert.equal(aside.length, 1);
    });

    it('what a newer version wrote is left as it is, and told', async () => {
      const { storage, aside, ...its } = make();
      await storage.write(A, { text: '1' });
      await storage.writeEntries('b.json', { a: { text: '1' } });
      for (const name of [A, 'b.json']) {
        its.makeNewer!(name);
        const before = its.contentOf!(name);
        const refusal = { reason: 'storageNewer', code: 'ENEDIS_STORAGE' };
        await assert.rejects(storage.read(name, check, { text: 'instead' }), refusal);
        await assert.rejects(storage.readEntries(name, checkEntry), refusal);
        assert.equal(its.contentOf!(name), before);
      }
      assert.deepEqual(aside, []);
    });
  });
}
