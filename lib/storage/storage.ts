/**
 * Where things are kept, whatever it is that keeps them. What is kept are documents: each has a name, is replaced as a
 * whole, and is checked whenever it is read, because disks, power cuts and people change what lies somewhere for years.
 * `test/support/storage-suite.ts` says what every implementation must do.
 */

/** Whose data it is: simulated and sandbox readings never mix with a real meter's. A part of every name. */
export type Realm = 'real' | 'demo' | 'sandbox';

/** Returns the content of a document, typed; throws when it isn't what it should be. */
export type Check<T> = (content: unknown) => T;

/** The same for one entry of a document that has many. */
export type CheckEntry<T> = (name: string, content: unknown) => T;

/** A document of entries that are damaged each by itself: what is left of it, and whether that is all. */
export interface Entries<T> {
  entries: Record<string, T>;
  isWhole: boolean;
}

/** Told of a damaged document, by its last name, and what its copy is called now; `room` is its name's first part. */
export type OnSetAside = (file: string, aside: string, room: string) => void;

/**
 * Names are relative, with `/` between, and end in `.json`. What is damaged is set aside, never overwritten nor dropped.
 * Every call may reject with an EnedisError: `storageRead`, `storageWrite`, `storageNewer` for a document that only a
 * newer version of this package understands, `storageInUse` while another process works there.
 */
export interface Storage {
  /**
   * The content of a document, or undefined where there is none.
   * @param instead what counts, and is kept, where there is one that is damaged.
   */
  read<T>(name: string, check: Check<T>, instead?: T): Promise<T | undefined>;

  /** The entries of a document; one that is damaged is left out, the others are kept. Undefined where there is none. */
  readEntries<T>(name: string, check: CheckEntry<T>): Promise<Entries<T> | undefined>;

  /**
   * Resolves once `content` is kept. Writes of one document follow each other; while one is under way, later ones
   * collapse into the last, and all their callers wait for that.
   */
  write(name: string, content: unknown): Promise<void>;

  /** The same for a document of entries. */
  writeEntries(name: string, entries: Readonly<Record<string, unknown>>): Promise<void>;

  /** Removes a document; where there is none, that is well. */
  remove(name: string): Promise<void>;

  /** The last names of the documents directly in `folder`, without those set aside. */
  list(folder: string): Promise<string[]>;
}
