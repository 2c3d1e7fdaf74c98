/**
 * `ui-enedis-linky`: the summary of output 2, on Node-RED Dashboard 2, on the face of a Linky. The server's half: it
 * checks what comes in, hands it to the browsers, and keeps it for the next one and for after a restart.
 *
 * The last summary is in a small file of the widget's own. Dashboard's store is memory; so is a node's context unless
 * the user configures otherwise; and the archive belongs to a package that may not be here.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import { EnedisError } from '../../../lib/errors';
import { FileStorage } from '../../../lib/storage/files';
import type { FlowError } from '../../../lib/messages';
import { isDeleted } from '../../../nodes/shared/deleted';
import { migrated } from '../../../nodes/shared/migrations';
import { text } from '../../../nodes/shared/words';
import { readMessage, readShown, type Shown } from '../../lib/shown';
import { announceMissing } from './missing';

const TYPE = 'ui-enedis-linky';

/** What the editor saves and, through Dashboard, the browsers get. */
interface LinkyDef extends NodeDef {
  group?: string;
  width?: number | string;
  height?: number | string;
}

interface LinkyMessage extends NodeMessage {
  enabled?: unknown;
  visible?: unknown;
  class?: unknown;
  ui_update?: unknown;
}

/** The part of Dashboard's group and base that a widget uses; Dashboard has no types. */
interface Group extends Node {
  register(node: Node, def: LinkyDef, events: Record<string, unknown>): void;
  getBase(): Base;
}
interface Base {
  emit(event: string, message: NodeMessage, node: Node): void;
  stores: {
    data: {
      get(id: string): NodeMessage | undefined;
      save(base: Base, node: Node, message: NodeMessage): void;
    };
  };
}

/** In the units of Dashboard's grid: where the user leaves the size to Dashboard it would be one row, 48 pixels. */
const USUAL_HEIGHT = 6;

export default function (RED: NodeAPI): void {
  function UiEnedisLinky(this: Node, saved: LinkyDef): void {
    RED.nodes.createNode(this, saved);
    const def = migrated(TYPE, saved);
    const group = RED.nodes.getNode(def.group ?? '') as Group | null;
    if (!group) {
      this.status({ fill: 'red', shape: 'ring', text: text(RED, TYPE, 'status.noGroup') });
      this.error(text(RED, TYPE, 'errors.noGroup'));
      return;
    }
    const widget = new LinkyWidget(RED, this, group);
    widget.register(def);
    this.on('close', (removed: boolean, done: () => void) => {
      void widget.close(removed).then(done, () => done());
    });
  }

  announceMissing(RED);
  RED.nodes.registerType(TYPE, UiEnedisLinky);
}

class LinkyWidget {
  readonly #RED: NodeAPI;
  readonly #node: Node;
  readonly #group: Group;
  readonly #folder: string | undefined;
  readonly #files: FileStorage;
  readonly #file: string;
  #hasShown = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(RED: NodeAPI, node: Node, group: Group) {
    this.#RED = RED;
    this.#node = node;
    this.#group = group;
    // Absent where Node-RED is embedded without a user directory.
    const { userDir } = RED.settings;
    this.#folder = userDir === undefined ? undefined : join(userDir, 'enedis-dashboard');
    this.#files = new FileStorage(this.#folder, (file, aside) => this.#warn('log.setAside', { file, aside }));
    // Ids are what an imported flow says they are: nothing in one may lead out of the folder.
    this.#file = `${encodeURIComponent(node.id)}.json`;
  }

  register(def: LinkyDef): void {
    this.#group.register(
      this.#node,
      { ...def, height: Number(def.height) > 0 ? Number(def.height) : USUAL_HEIGHT },
      {
        beforeSend: (message: LinkyMessage) => this.#receive(message),
        onInput: (message: LinkyMessage) => this.#keep(message),
      },
    );
    this.#restore().catch((error: unknown) => this.#complain(error));
  }

  async close(removed: boolean): Promise<void> {
    await this.#writing;
    const isGone = removed && isDeleted(this.#RED, this.#node);
    if (isGone && this.#folder !== undefined) await rm(join(this.#folder, this.#file), { force: true });
  }

  /**
   * What the browsers are to get of a message: the summary and Dashboard's own properties, nothing else of a flow's.
   * What it throws Dashboard hands to `done`.
   */
  #receive(message: LinkyMessage): LinkyMessage {
    const { _msgid, enabled, visible, class: className, ui_update } = message;
    const controls = { enabled, visible, class: className, ui_update };
    const given = Object.entries(controls).filter(([, value]) => value !== undefined);
    const kept: LinkyMessage = { ...(_msgid === undefined ? {} : { _msgid }), ...Object.fromEntries(given) };
    // Such a message may only hide the widget, say.
    if (message.payload === undefined && given.length > 0) return kept;
    try {
      return { ...kept, payload: readMessage(message.topic, message.payload) };
    } catch (error) {
      throw this.#flowError(error);
    }
  }

  #keep({ payload }: LinkyMessage): void {
    if (payload === undefined) return;
    const shown = payload as Shown;
    this.#show(shown);
    this.#node.status({});
    this.#writing = this.#files.write(this.#file, shown).catch((error: unknown) => this.#complain(error));
  }

  #show(shown: Shown): void {
    this.#hasShown = true;
    const base = this.#group.getBase();
    base.stores.data.save(base, this.#node, { payload: shown });
  }

  /** After a restart. What came in meanwhile is newer; what Dashboard still has after a deploy is the same. */
  async #restore(): Promise<void> {
    const base = this.#group.getBase();
    if (base.stores.data.get(this.#node.id) !== undefined) return;
    const shown = await this.#files.read(this.#file, readShown);
    if (shown === undefined || this.#hasShown) return;
    this.#show(shown);
    // Browsers that were waiting for Node-RED to come back have asked already.
    base.emit(`msg-input:${this.#node.id}`, { payload: shown }, this.#node);
  }

  #flowError(cause: unknown): FlowError {
    const property = cause instanceof EnedisError ? String(cause.params.property) : 'msg.payload';
    const advice = text(this.#RED, TYPE, 'errors.input.todo');
    const what = text(this.#RED, TYPE, 'errors.input.what', { property });
    const error = new Error(`${what} ${advice}`) as FlowError;
    error.code = 'ENEDIS_INPUT';
    error.advice = advice;
    this.#node.status({ fill: 'red', shape: 'ring', text: text(this.#RED, TYPE, 'status.input') });
    return error;
  }

  /** The figures are shown all the same; they won't be after a restart. */
  #complain(cause: unknown): void {
    const { params } = cause instanceof EnedisError ? cause : { params: {} };
    this.#warn('log.storage', { file: this.#file, cause: 'unknown', ...params });
  }

  #warn(key: string, params: Record<string, string | number>): void {
    this.#node.warn(text(this.#RED, TYPE, key, params));
  }
}
