/**
 * Node-RED's editor as a user's hands work it: everything here is a mouse movement, a click or a key, and a wait for
 * what it should bring about. Selectors are those that Node-RED 4.1 and 5 share.
 */
import type { Locator, Page } from 'playwright-core';

export class Editor {
  constructor(readonly page: Page) {}

  /** Opens the editor and waits until palette and canvas are there. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden' });
    await this.paletteNode('inject').waitFor();
    await this.page.locator('#red-ui-workspace-chart svg').waitFor();
  }

  paletteNode(type: string): Locator {
    return this.page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
  }

  /** Drags a node from the palette so that its middle lies at this point of the canvas; returns it as drawn there. */
  async drag(type: string, x: number, y: number): Promise<Locator> {
    const before = await this.page.locator('g.red-ui-flow-node').count();
    const from = this.paletteNode(type);
    await from.scrollIntoViewIfNeeded();
    const start = await middle(from);
    const canvas = await box(this.page.locator('#red-ui-workspace-chart'));
    await this.page.mouse.move(start.x, start.y);
    await this.page.mouse.down();
    // jQuery UI begins a drag after some pixels, and the canvas notices the node as it passes over.
    await this.page.mouse.move(start.x + 30, start.y + 10, { steps: 4 });
    await this.page.mouse.move(canvas.x + x, canvas.y + y, { steps: 12 });
    await this.page.mouse.up();
    const node = this.page.locator('g.red-ui-flow-node').nth(before);
    await node.waitFor();
    const id = await node.getAttribute('id');
    return this.node(id ?? '');
  }

  node(id: string): Locator {
    return this.page.locator(`g.red-ui-flow-node[id="${id}"]`);
  }

  /** The node on the canvas that bears this label. */
  labelled(label: string): Locator {
    return this.page.locator('g.red-ui-flow-node', { hasText: label });
  }

  /** Draws a wire from an output (counted from 0) to a node's input. */
  async wire(from: Locator, output: number, to: Locator): Promise<void> {
    const wires = this.page.locator('.red-ui-flow-link-line');
    const before = await wires.count();
    const start = await middle(from.locator('.red-ui-flow-port-output').nth(output));
    const end = await middle(to.locator('.red-ui-flow-port-input'));
    await this.page.mouse.move(start.x, start.y);
    await this.page.mouse.down();
    await this.page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 6 });
    await this.page.mouse.move(end.x, end.y, { steps: 6 });
    await this.page.mouse.up();
    await wires.nth(before).waitFor({ state: 'attached' });
  }

  /** Brings a flow to the front by its tab. */
  async openTab(label: string): Promise<void> {
    await this.page
      .locator('.red-ui-workspace-tabs, #red-ui-workspace-tabs')
      .getByText(label)
      .first()
      .click();
  }

  /** Opens a node's dialog. */
  async edit(node: Locator): Promise<void> {
    // The body, not the middle of the group: ports, button and status are part of that.
    const body = await middle(node.locator('rect.red-ui-flow-node'));
    await this.page.mouse.dblclick(body.x, body.y);
    await this.page.locator('#node-dialog-ok').waitFor();
    await this.settled();
  }

  /** From a node's dialog to that of a new configuration node. */
  async addConfig(property: string): Promise<void> {
    await this.page.locator(`#node-input-btn-${property}-add`).click();
    await this.page.locator('#node-config-dialog-ok').waitFor();
    await this.settled();
  }

  async confirmConfig(): Promise<void> {
    await this.settled();
    await this.page.locator('#node-config-dialog-ok').click();
    await this.page.locator('#node-config-dialog-ok').waitFor({ state: 'detached' });
    await this.settled();
  }

  async confirm(): Promise<void> {
    await this.settled();
    await this.page.locator('#node-dialog-ok').click();
    await this.page.locator('#node-dialog-ok').waitFor({ state: 'detached' });
    await this.settled();
  }

  /** Presses Deploy and waits until the server has taken the flows. */
  async deploy(): Promise<void> {
    const answered = this.page.waitForResponse(
      (response) =>
        response.request().method() === 'POST' && new URL(response.url()).pathname.endsWith('/flows'),
    );
    await this.page.locator('#red-ui-header-button-deploy').click();
    const answer = await answered;
    if (!answer.ok()) throw new Error(`Deploying: ${answer.status()} ${await answer.text()}`);
    await this.page.locator('#red-ui-header-button-deploy.disabled').waitFor();
  }

  /** Presses the button at the left of an inject node. */
  async press(inject: Locator): Promise<void> {
    await inject.locator('.red-ui-flow-node-button-button').click();
  }

  /** Shows the debug panel. Where it is to be found differs between versions; its keyboard shortcut doesn't. */
  async showDebug(): Promise<void> {
    await this.page.locator('#red-ui-workspace-chart').focus();
    await this.page.keyboard.press('Control+g');
    await this.page.keyboard.press('d');
    await this.page.locator('.red-ui-debug-content-list').waitFor();
  }

  debugMessages(text?: string | RegExp): Locator {
    return this.page.locator('.red-ui-debug-msg', text === undefined ? {} : { hasText: text });
  }

  /** Imports one of a package's examples through Import > Examples. */
  async importExample(packageName: string, example: string): Promise<void> {
    await this.page.locator('#red-ui-workspace-chart').focus();
    await this.page.keyboard.press('Control+i');
    const dialog = this.page.locator('#red-ui-clipboard-dialog');
    await dialog.waitFor();
    await dialog.locator('a[href="#red-ui-clipboard-dialog-import-tab-examples"]').click();
    const entry = (text: string): Locator =>
      dialog.locator('.red-ui-treeList-label:visible', { has: this.page.getByText(text, { exact: true }) });
    // The list slides in, and an entry that slides takes the click without opening.
    await entry(packageName).waitFor();
    await this.settled();
    await entry(packageName).click();
    await entry(example).click();
    const before = await this.#nodeCount();
    await this.page.locator('#red-ui-clipboard-dialog-ok:not([disabled])').click();
    await dialog.waitFor({ state: 'hidden' });
    // The example is fetched only now.
    await this.page.waitForFunction(`RED.nodes.createCompleteNodeSet().length > ${before}`);
  }

  #nodeCount(): Promise<number> {
    return this.page.evaluate<number>('RED.nodes.createCompleteNodeSet().length');
  }

  /** Dialogs slide in and take no clicks meanwhile. */
  async settled(): Promise<void> {
    await this.page.waitForFunction(
      `$(':animated').length === 0 && document.getAnimations().every((one) => one.playState !== 'running' || one.effect?.getTiming().iterations === Infinity)`,
    );
  }
}

async function box(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const found = await locator.boundingBox();
  if (found === null) throw new Error(`Not on screen: ${String(locator)}`);
  return found;
}

async function middle(locator: Locator): Promise<{ x: number; y: number }> {
  const { x, y, width, height } = await box(locator);
  return { x: x + width / 2, y: y + height / 2 };
}
