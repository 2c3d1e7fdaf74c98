/** The recipes of the query node, each as it is imported and pressed, on the simulated meter; none needs code of one's own. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Aggregate } from '../../lib/figures/aggregate';
import { PACKAGE, ROOT, userDirWith } from '../support/installed';
import { startBroker } from '../support/mqtt';
import {
  type FlowNode,
  type Message,
  type NodeRed,
  readFlow,
  sink,
  startNodeRed,
  startsAt,
  withSinks,
} from '../support/node-red';

const NOW = '2026-11-26T12:00:00+01:00';
const FOLDER = join(ROOT, 'examples');
/** Those that ask: the sixth, and from the fourteenth on. */
const RECIPES = readdirSync(FOLDER).filter((file) => /^(6|1[4-9]|2\d) - /.test(file));
const plain = (text: unknown): string => String(text).replaceAll(/[\u00a0\u202f]/g, ' ');

describe('recipes of the query node', { timeout: 400_000 }, () => {
  let userDir: string;
  let nodeRed: NodeRed;

  before(async () => {
    userDir = await userDirWith([PACKAGE]);
  });
  afterEach(() => {
    assert.doesNotMatch(nodeRed?.log() ?? '', /\[error\]/);
  });
  after(async () => {
    await nodeRed?.kill();
  });

  /** Imports a recipe into a Node-RED at noon; a chart gets a sink beside it. */
  async function start(
    number: number,
    change: (flow: FlowNode[]) => FlowNode[] = (flow) => flow,
  ): Promise<void> {
    const file = RECIPES.find((name) => name.startsWith(`${number} - `))!;
    const flow = change(readFlow(join(FOLDER, file)));
    const charts = flow.filter(({ type }) => type === 'ui-chart');
    const beside = flow.map((node) => {
      const wires = node.wires?.map((targets) =>
        targets.flatMap((id) => (charts.some((chart) => chart.id === id) ? [id, 'sink-chart'] : [id])),
      );
      return wires ? { ...node, wires } : node;
    });
    const all = withSinks([...beside, ...(charts.length > 0 ? [sink('chart', charts[0]!.z!)] : [])]);
    if (nodeRed?.isRunning) await nodeRed.deploy(all);
    else
      nodeRed = await startNodeRed({
        userDir,
        prologue: startsAt(NOW),
        settings: { lang: 'fr' },
        flows: all,
      });
    seen = Object.fromEntries(
      ['chart', ...all.map(({ name = '' }) => name)].map((name) => [name, nodeRed.arrived(name).length]),
    );
  }
  let seen: Record<string, number> = {};

  /** Presses 1, waits until the archive is filled, presses 2. */
  async function fillAndAsk(): Promise<void> {
    const flow = await nodeRed.flows();
    const [first, second] = ['1. ', '2. '].map((name) =>
      flow.find((node) => node.type === 'inject' && node.name?.startsWith(name)),
    );
    await nodeRed.inject(first!.id);
    const fills = flow.filter(({ type }) => type === 'enedis-backfill');
    // What people see is the status; what is on disk is what counts.
    for (const { config } of fills) await archived(flow.find(({ id }) => id === config)!);
    await nodeRed.inject(second!.id);
  }

  /** Until yesterday and the first day asked for are there. */
  async function archived({ usagePointId }: FlowNode): Promise<void> {
    const folder = join(userDir, 'enedis', 'meters', 'demo', String(usagePointId));
    const end = Date.now() + 60_000;
    const isDone = (): boolean => {
      const nodes = join(userDir, 'enedis', 'nodes', 'demo', String(usagePointId));
      return (
        existsSync(folder) &&
        existsSync(nodes) &&
        readdirSync(nodes)
          .filter((name) => name.endsWith('.json'))
          .some((name) => readFileSync(join(nodes, name), 'utf8').includes('"state":"done"'))
      );
    };
    while (!isDone()) {
      assert.ok(Date.now() < end, `the archive of ${String(usagePointId)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async function next(name: string, fits: (message: Message) => boolean = () => true): Promise<Message> {
    await nodeRed.until(
      () =>
        nodeRed
          .arrived(name)
          .slice(seen[name] ?? 0)
          .some(fits),
      `a message at ${name}`,
      30_000,
    );
    return nodeRed
      .arrived(name)
      .slice(seen[name] ?? 0)
      .find(fits)!;
  }

  it('all of them are tested here, and none holds a function node or JSONata', () => {
    assert.deepEqual(
      RECIPES.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b),
      [6, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23],
    );
    for (const file of RECIPES) {
      const flow = readFlow(join(FOLDER, file));
      assert.ok(!flow.some(({ type }) => type === 'function'), file);
      assert.doesNotMatch(JSON.stringify(flow), /"(vt|tot|pt|t)":"jsonata"|jsonata/, file);
      assert.ok(
        flow.some(({ type }) => type === 'enedis-query'),
        file,
      );
    }
  });

  it('6: this year beside last year', async () => {
    await start(6);
    await fillAndAsk();
    const { payload } = await next('mois / months');
    const months = payload as Aggregate[];
    assert.equal(months.length, 11);
    assert.ok(months.every(({ compare }) => compare!.coverage === 1 && compare!.change !== undefined));
    assert.equal(months[10]!.compare!.end.slice(0, 10), '2025-11-26');
    const { ui_update } = await next('chart', (message) => message.payload === undefined);
    assert.match(JSON.stringify(ui_update), /l’an dernier/);
  });

  it('14: a sentence each morning, by itself, and at a press', async () => {
    await start(14);
    const { payload } = await next('notification');
    assert.match(
      plain(payload),
      /^Linky \(démo\) : hier, vous avez consommé \d+(,\d+)? kWh, soit .* que le même jour de la semaine précédente\.$/,
    );
  });

  it('15: an alert above a threshold, and none below', async () => {
    await start(15, (flow) =>
      flow.map((node) =>
        node.type === 'switch' ? { ...node, rules: [{ t: 'gt', v: '2000', vt: 'num' }] } : node,
      ),
    );
    const ask = (await nodeRed.flows()).find(({ type }) => type === 'inject')!;
    await nodeRed.inject(ask.id);
    await start(15, (flow) =>
      flow.map((node) =>
        node.type === 'switch' ? { ...node, rules: [{ t: 'gt', v: '0.2', vt: 'num' }] } : node,
      ),
    );
    await nodeRed.inject(ask.id);
    assert.match(plain((await next('alerte / alert')).payload), /^Linky \(démo\) : hier, vous avez consommé/);
    assert.ok(nodeRed.arrived('alerte / alert').length <= 2);
  });

  it('16: the cost of the month, and what the whole may come to', async () => {
    await start(16);
    await fillAndAsk();
    const text = plain((await next('phrase / sentence')).payload);
    assert.match(
      text,
      /^Linky \(démo\) : ce mois-ci, l’électricité a coûté \d+,\d\d € abonnement compris .* Le mois entier devrait atteindre environ \d+,\d\d €\.$/,
    );
    const [figure] = (await next('valeurs / values')).payload as Aggregate[];
    assert.ok(figure!.fixed! > 10 && figure!.projected!.value > figure!.value);
  });

  it('17: the share of off-peak hours', async () => {
    await start(17);
    await fillAndAsk();
    assert.match(plain((await next('phrase / sentence')).payload), /en heures creuses \(\d+ %\)/);
    const { ui_update } = await next('chart', (message) => message.payload === undefined);
    assert.match(JSON.stringify(ui_update), /Heures creuses/);
  });

  it('18: a table that a spreadsheet opens', async () => {
    await start(18);
    await fillAndAsk();
    const { filename } = await next('fichier / file');
    const file = join(userDir, String(filename));
    const lines = readFileSync(file, 'utf8').trimEnd().split('\r\n');
    assert.match(lines[0]!, /^\uFEFFDébut;Fin;Période tarifaire;Valeur;/);
    assert.equal(lines.length, 1 + 31 * 2);
  });

  it('19: two meters, each by its name', async () => {
    await start(19);
    await fillAndAsk();
    for (const name of ['Maison', 'Atelier'])
      assert.match(
        plain((await next('phrases / sentences', ({ payload }) => String(payload).startsWith(name))).payload),
        / : la semaine dernière, vous avez consommé \d+/,
      );
  });

  it('20 and 21: half-hours and a year of days as pictures', async () => {
    for (const [number, type, count] of [
      [20, 'category', 30 * 48],
      [21, 'calendar', 329],
    ] as const) {
      await start(number);
      await fillAndAsk();
      const { ui_update } = await next('chart', (message) => message.payload === undefined);
      const { series } = (
        ui_update as { chartOptions: { series: { data: unknown[]; coordinateSystem?: string }[] } }
      ).chartOptions;
      assert.equal(series[0]!.data.length, count, type);
      assert.equal(series[0]!.coordinateSystem ?? 'category', type);
    }
  });

  it('22: Home Assistant is told energy, what was fed in, and the cost', async () => {
    await start(22);
    await fillAndAsk();
    for (const id of [
      'enedis:maison_consumption',
      'enedis:maison_production',
      'enedis:maison_consumption_cost',
    ])
      await next(
        'Home Assistant',
        ({ payload }) => (payload as { metadata: { statistic_id: string } }).metadata.statistic_id === id,
      );
  });

  it('23: a broker keeps the summary and the answer', async () => {
    const broker = await startBroker();
    const { port } = broker;
    try {
      await start(23, (flow) =>
        flow.map((node) => (node.type === 'mqtt-broker' ? { ...node, broker: '127.0.0.1', port } : node)),
      );
      await nodeRed.until(() => nodeRed.log().includes('Connecté au courtier'), 'the broker');
      await nodeRed.inject((await nodeRed.flows()).find(({ type }) => type === 'inject')!.id);
      const published = await broker.published(2);
      const summary = published.get('enedis/22516914714270/summary')!;
      const { freshness } = JSON.parse(summary.payload.toString()) as { freshness: string };
      const answer = published.get('enedis/22516914714270/query/consumption')!;
      const [figure] = JSON.parse(answer.payload.toString()) as Aggregate[];
      assert.deepEqual(
        [freshness, figure!.unit, summary.retain, answer.retain],
        ['complete', 'kWh', true, true],
      );
    } finally {
      await nodeRed.deploy([]);
      await broker.close();
    }
  });
});
