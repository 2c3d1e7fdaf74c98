/**
 * Under which accounts a meter's requests were counted lately. Some gateways count by an account whose tokens are renewed:
 * with a new token its requests of today are still spent, and we would begin at zero.
 */
import { z } from 'zod';
import type { Realm, Storage } from '../storage/storage';
import { LedgerFile, type Ledger } from './ledger';

/** A token tried out in the dialog is one, too. */
const MOST = 5;

const content = z.strictObject({
  /** Names of ledgers, the latest last. */
  accounts: z.array(z.string()),
});
type Content = z.infer<typeof content>;

/** Of one meter at one gateway. */
export class MeterAccounts {
  readonly #storage: Storage;
  readonly #realm: Realm;
  /** Tells the meter and its gateway from others. */
  readonly name: string;

  /** @param name holds no secret. */
  constructor(storage: Storage, realm: Realm, name: string) {
    this.#storage = storage;
    this.#realm = realm;
    this.name = name;
  }

  /**
   * What was spent under the meter's other accounts.
   * @param allSpent what counts where that can't be understood any more.
   * @throws EnedisError ENEDIS_STORAGE
   */
  async others(account: string, allSpent: Ledger): Promise<Ledger[]> {
    const names = (await this.#read()).filter((name) => name !== account);
    const files = names.map((name) => new LedgerFile(this.#storage, { realm: this.#realm, name }));
    return Promise.all(files.map((file) => file.read(allSpent)));
  }

  /**
   * From now on the meter's requests are counted under this account.
   * @throws EnedisError ENEDIS_STORAGE
   */
  async note(account: string): Promise<void> {
    const known = await this.#read();
    if (known.at(-1) === account) return;
    const accounts = [...known.filter((name) => name !== account), account].slice(-MOST);
    await this.#storage.write(this.#document(), { accounts });
  }

  async #read(): Promise<string[]> {
    const check = (value: unknown): Content => content.parse(value);
    return (await this.#storage.read(this.#document(), check, { accounts: [] }))?.accounts ?? [];
  }

  #document(): string {
    return `budgets/${this.#realm}/${this.name}.json`;
  }
}
