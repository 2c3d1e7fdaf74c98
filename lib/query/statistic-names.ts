/**
 * What meters are called in Home Assistant. A statistic is known by its id for ever, so a meter keeps the one of its first
 * export, whatever name it gets later; and no two meters share one.
 */
import { z } from 'zod';
import { Lock } from '../async/lock';
import type { Realm, Storage } from '../storage/storage';

const FILE = 'statistics/names.json';

const kept = z.object({ names: z.record(z.string(), z.string()) });

/** A meter, by what it is told apart. */
export interface NamedMeter {
  realm: Realm;
  usagePointId: string;
  /** As people call it; empty where it has no name. */
  name: string;
}

/** One for a data folder. Rejects with an EnedisError ENEDIS_STORAGE. */
export class StatisticNames {
  readonly #storage: Pick<Storage, 'read' | 'write'>;
  readonly #lock = new Lock();

  constructor(storage: Pick<Storage, 'read' | 'write'>) {
    this.#storage = storage;
  }

  /**
   * The word for a meter in its ids: of its first export, or made of its name now and kept.
   * @param others the meters that there are besides; where one has the same name both bear their last digits
   */
  nameOf(meter: NamedMeter, others: readonly NamedMeter[]): Promise<string> {
    return this.#lock.run(async () => {
      const names = (await this.#storage.read(FILE, (content) => kept.parse(content)))?.names ?? {};
      const key = keyOf(meter);
      const known = names[key];
      if (known !== undefined) return known;
      const slug = slugOf(meter);
      const isShared =
        others.some((other) => keyOf(other) !== key && slugOf(other) === slug) ||
        Object.values(names).includes(slug);
      let name = isShared ? `${slug}_${meter.usagePointId.slice(-4)}` : slug;
      // Two meters may end in the same digits.
      while (Object.values(names).includes(name)) name += '_2';
      await this.#storage.write(FILE, { names: { ...names, [key]: name } });
      return name;
    });
  }
}

function keyOf({ realm, usagePointId }: NamedMeter): string {
  return `${realm}/${usagePointId}`;
}

/** Lower-case letters and digits, with `_` for everything else. */
function slugOf({ name, usagePointId }: NamedMeter): string {
  const plain = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return plain === '' ? `linky_${usagePointId.slice(-4)}` : plain;
}
