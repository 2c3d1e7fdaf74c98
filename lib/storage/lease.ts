/**
 * One process at a time in a data folder. Two Node-REDs on one user directory (a container replaced by its successor, a
 * service and a terminal) would each believe the ledger and the archive they have in memory, overspend and overwrite.
 * Whoever works holds a small file, shows that it is alive, and gives it back when nothing has been done for a while:
 * so two of them work in turns, each reading afresh what the other has left.
 *
 * Whoever finds it held waits, says so, and goes on as soon as it is free.
 *
 * A file that was left behind (SIGKILL, power cut) must not lock anybody out. Where it can't be known whether its holder
 * still runs, it is gone when it shows no sign of life for a while, measured by the watcher's own steady clock, whatever
 * the clocks on the wall say.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, unlinkSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../async/clock';
import { EnedisError } from '../errors';
import { isRunning, thisProcess, type Holder } from './holder';

/** Told to whoever reads and writes there. `lost` comes with giving back as well, and may not throw. */
export interface LeaseEvents {
  /** The folder is ours from here on. */
  taken(): Promise<void>;
  /** It isn't any more: what was read before may be out of date. */
  lost(): void;
  /** True: another process works there, and this one waits for it. False: it doesn't any more. May not throw. */
  waiting(isWaiting: boolean): void;
}

/** In ms, all of them by the process's own steady clock. */
export interface LeaseTimes {
  /** Between two signs of life. */
  beat: number;
  /** Without one for this long, the holder is gone. */
  silence: number;
  /** Unused for this long, it is given back. Longer than the longest wait between a read and the write that follows. */
  idle: number;
  /** Before believing that a takeover is ours: the time another one may need between moving it and putting it back. */
  settle: number;
  /** Between two looks at a folder that is waited for. */
  look: number;
}

const FILE = 'in-use.lock';
const TIMES: LeaseTimes = { beat: 10_000, silence: 45_000, idle: 120_000, settle: 250, look: 10_000 };
/** A holder that was suspended (a paused container, a laptop) looks before it writes. */
const BELIEVED = 1_000;

/** Given back at the end of the process, however many folders there are. */
const held = new Set<Lease>();
let leavesAtExit = false;

/**
 * Taken with the first `hold`, not before. It is the process that holds: two of these on one folder don't shut each
 * other out.
 */
export class Lease {
  readonly #path: string;
  readonly #dir: string;
  readonly #events: LeaseEvents;
  readonly #clock: Clock;
  readonly #times: LeaseTimes;
  readonly #holder: Holder;
  /** What is in the file while it is ours. */
  readonly #text: string;
  #taking: Promise<void> | null = null;
  /** Where the folder is waited for: `look` ends the pause before the next look, after which nobody waits if `isOver`. */
  #waiting: { look: () => void; isOver: boolean } | null = null;
  /** Refuse those who can't wait. */
  #hasty: (() => void)[] = [];
  #isHeld = false;
  /** Held once, then lost: a write made from what was read before must not be let through. */
  #wasLost = false;
  #checkedAt = 0;
  #usedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The holder that was seen last, and since when it has looked like that. */
  #seen = { sign: '', since: 0 };

  /** @param dir absolute. @param clock when to look at a folder that is waited for. `holder` and `times` are for tests. */
  constructor(
    dir: string,
    events: LeaseEvents,
    clock: Clock,
    holder: Holder = thisProcess(),
    times: LeaseTimes = TIMES,
  ) {
    this.#dir = dir;
    this.#clock = clock;
    this.#path = join(dir, FILE);
    this.#events = events;
    this.#holder = holder;
    this.#text = JSON.stringify(holder);
    this.#times = times;
  }

  /**
   * Resolves when the folder is this process's own, however long another one works there.
   * @throws EnedisError `storageWrite`; `storageInUse` where it was lost since it was read, or nobody waits any more.
   */
  async hold(purpose: 'read' | 'write'): Promise<void> {
    this.#usedAt = performance.now();
    if (this.#isHeld && this.#usedAt - this.#checkedAt < BELIEVED) return;
    if (this.#isHeld && !(await this.#isStillOurs())) {
      this.#lose();
      throw new EnedisError('storageInUse');
    }
    if (this.#isHeld) return;
    if (purpose === 'write' && this.#wasLost) throw new EnedisError('storageInUse');
    this.#taking ??= this.#takeOnceFree().finally(() => (this.#taking = null));
    await this.#taking;
  }

  async #takeOnceFree(): Promise<void> {
    try {
      while (!(await this.#isTaken())) {
        if (!this.#waiting) this.#events.waiting(true);
        this.#waiting ??= { look: ignored, isOver: false };
        for (const refuse of this.#hasty.splice(0)) refuse();
        if (this.#waiting.isOver) throw new EnedisError('storageInUse');
        await this.#pause(this.#waiting);
      }
    } finally {
      if (this.#waiting) this.#events.waiting(false);
      this.#waiting = null;
      this.#hasty = [];
    }
  }

  #pause(waiting: { look: () => void }): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.at(this.#clock.now() + this.#times.look, resolve);
      waiting.look = () => {
        cancel();
        resolve();
      };
    });
  }

  /** @returns false where another one has it. */
  async #isTaken(): Promise<boolean> {
    try {
      await this.#take();
      return true;
    } catch (error) {
      if (error instanceof EnedisError && error.reason === 'storageInUse') return false;
      throw error;
    }
  }

  /**
   * For those who can't wait.
   * @throws EnedisError `storageInUse` as soon as the folder is found to be another one's; `storageWrite`
   */
  async refuseWhileInUse(): Promise<void> {
    const refused = new Promise<never>((_resolve, reject) => {
      this.#hasty.push(() => reject(new EnedisError('storageInUse')));
    });
    this.#waiting?.look();
    await Promise.race([this.hold('read'), refused]);
  }

  /** Whoever waits for the folder is refused now: a node that closes can't wait. */
  stopWaiting(): void {
    if (!this.#waiting) return;
    this.#waiting.isOver = true;
    this.#waiting.look();
  }

  /** Gives the folder back, unless it is wanted again meanwhile. */
  async release(): Promise<void> {
    const usedAt = this.#usedAt;
    const ours = this.#isHeld && (await this.#isStillOurs());
    if (!this.#isHeld || this.#usedAt !== usedAt) return;
    this.#lose();
    // In the same turn: whoever takes it next mustn't find it there and believe it is still ours.
    if (ours) this.releaseNow();
  }

  /** The same at the end of the process, when there is no time left to wait for anything. */
  releaseNow(): void {
    try {
      if (readFileSync(this.#path, 'utf8') === this.#text) unlinkSync(this.#path);
    } catch {
      // It is gone already, or it can't be removed: then it is found to be left behind.
    }
  }

  async #take(): Promise<void> {
    try {
      await mkdir(this.#dir, { recursive: true, mode: 0o700 });
      if (!(await this.#create()) && !(await this.#isStillOurs())) await this.#takeOver().catch(unlessGone);
    } catch (error) {
      if (error instanceof EnedisError) throw error;
      const cause = (error as NodeJS.ErrnoException).code ?? 'unknown';
      throw new EnedisError('storageWrite', { file: FILE, cause });
    }
    // First: whoever finds it held writes, and what is half-written then is no left-over.
    await this.#events.taken();
    this.#isHeld = true;
    this.#wasLost = false;
    this.#checkedAt = performance.now();
    held.add(this);
    if (!leavesAtExit) process.on('exit', () => held.forEach((lease) => lease.releaseNow()));
    leavesAtExit = true;
    this.#timer = setInterval(() => void this.#beat(), this.#times.beat).unref();
  }

  /** @returns false where there is one already. */
  async #create(text = this.#text): Promise<boolean> {
    try {
      const file = await open(this.#path, 'wx', 0o600);
      try {
        await file.writeFile(text);
      } finally {
        await file.close();
      }
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      await rm(this.#path, { force: true }).catch(ignored);
      throw error;
    }
  }

  /**
   * Moves what was left behind out of the way and creates anew, which one alone can do. Another one may have come to the
   * same conclusion and be faster, by as long as this process or its disk is held up: then what was moved isn't what was
   * seen, and goes back.
   */
  async #takeOver(): Promise<void> {
    const { text, mtimeMs, sign } = await seen(this.#path);
    if (!this.#isLeftBehind(text, mtimeMs, sign)) throw new EnedisError('storageInUse');
    const aside = `${this.#path}.${randomUUID().slice(0, 8)}.tmp`;
    await rename(this.#path, aside);
    const moved = await seen(aside);
    const isSame = moved.sign === sign;
    const isOurs = (await this.#create(isSame ? this.#text : moved.text)) && isSame;
    await unlink(aside);
    if (!isOurs) throw new EnedisError('storageInUse');
    // One that was held up may be moving ours just now.
    await sleep(this.#times.settle);
    if (!(await this.#isStillOurs())) throw new EnedisError('storageInUse');
  }

  #isLeftBehind(text: string, mtimeMs: number, sign: string): boolean {
    const known = isRunning(text, mtimeMs, this.#holder);
    if (known !== undefined) return !known;
    const now = performance.now();
    if (this.#seen.sign !== sign) this.#seen = { sign, since: now };
    return now - this.#seen.since >= this.#times.silence;
  }

  async #isStillOurs(): Promise<boolean> {
    const text = await readFile(this.#path, 'utf8').catch(() => '');
    this.#checkedAt = performance.now();
    return text === this.#text;
  }

  async #beat(): Promise<void> {
    if (performance.now() - this.#usedAt > this.#times.idle) return this.release();
    const ours = await this.#isStillOurs();
    if (!this.#isHeld) return;
    if (!ours) return this.#lose();
    const now = new Date();
    await utimes(this.#path, now, now).catch(ignored);
  }

  #lose(): void {
    this.#isHeld = false;
    this.#wasLost = true;
    held.delete(this);
    clearInterval(this.#timer);
    this.#events.lost();
  }
}

/** What is in a file, and with its last sign of life. */
async function seen(path: string): Promise<{ text: string; mtimeMs: number; sign: string }> {
  const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
  return { text, mtimeMs, sign: `${text} ${mtimeMs}` };
}

/** It was there a moment ago: somebody else is giving it back or taking it over. */
function unlessGone(error: unknown): never {
  throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new EnedisError('storageInUse') : error;
}

function ignored(): void {
  // What matters is found out at the next look.
}
