/**
 * The figures that readings make due, with what the node remembers between messages: fetched from its store, filled from the
 * archive where a period began before the first reading seen, and put back.
 */
import type { NodeAPI } from 'node-red';
import type { FigureId, Fn } from '../../lib/figures/aggregate';
import type { EnergyRule, EnergySeries } from '../../lib/figures/energy';
import type { SeriesMemory } from '../../lib/figures/memory';
import type { Group } from '../../lib/readings/from-readings';
import type { Period } from '../../lib/readings/periods';
import type { Measure } from '../../lib/readings/reading';
import type { SeriesId } from '../../lib/readings/series-id';
import { coverageOf, inPages, isDescriptionOf, originOf } from '../shared/readings-input';
import { type Batch, gather } from './batch';
import { idOf, keyOf, type FigureStore } from './keys';
import type { ByTariff, Settings } from './settings';
import { tariffFor } from '../shared/tariff-for';

/** What of a message decides, beside its readings. */
interface Origin {
  enedis?: unknown;
  parts?: unknown;
}

/** Settings of a node that adds up. */
type Adding = Settings & { period: Period };

type EnergyFigureId = FigureId & { series: 'energy' };

/** Makes the figures of one node. */
export class FigureMaker {
  readonly #RED: NodeAPI;
  readonly #store: FigureStore;
  readonly #warn: (key: string, count: number) => void;

  /** @param warn tells, in the node's own words, that days were lost: `log.damaged`, `log.forgotten`. */
  constructor(RED: NodeAPI, store: FigureStore, warn: (key: string, count: number) => void) {
    this.#RED = RED;
    this.#store = store;
    this.#warn = warn;
  }

  /** The readings of one series in a message, as figures. */
  async passedOn({ id, measures }: Group, { enedis }: Origin): Promise<Batch> {
    const { toReadings } = await import('../../lib/readings/to-readings.js');
    const figures = await inPages(measures, (page) => toReadings(id, page));
    return { id, figures, coverage: await coverageOf(id, measures, enedis) };
  }

  /** The figures that a message's readings of one series make due. */
  async ofSeries(
    group: Group,
    { period, fn, incomplete }: Adding,
    { enedis, parts }: Origin,
  ): Promise<Batch> {
    const { id, measures } = group;
    const { Accumulator } = await import('../../lib/figures/accumulate.js');
    const memory = await this.#memoryOf(id);
    const accumulator = new Accumulator(id, memory, period, fn as Fn | 'auto', incomplete);
    if (isDescriptionOf(enedis, id, measures.length)) await this.#fill(memory, group, period, enedis.gateway);
    const batch = await gather(id, accumulator.take(measures));
    noteSequence(memory.state, parts);
    await this.#store.set(keyOf(id), memory.state);
    if (accumulator.forgotten > 0) this.#warn('log.forgotten', accumulator.forgotten);
    return batch;
  }

  /** The readings of a load curve in a message, each with what it costs. Of a value a day there is nothing so fine. */
  async priced({ id, measures }: Group, byTariff: ByTariff, { enedis }: Origin): Promise<Batch> {
    const { TariffRule } = await import('../../lib/figures/cost.js');
    const energy: EnergyFigureId = { ...id, series: 'energy' };
    const tariff = await tariffFor(this.#RED, byTariff.tariff, { ...id, gateway: gatewayOf(enedis) });
    return gather(energy, new TariffRule(energy, 'interval', tariff, byTariff).intervals(measures));
  }

  /** The figures of energy that a message's readings of one direction of one meter (at least one group) make due. */
  async ofEnergy(groups: readonly Group[], settings: Adding, { enedis, parts }: Origin): Promise<Batch> {
    const { usagePointId, direction } = groups[0]!.id;
    const { period, incomplete } = settings;
    const id: EnergyFigureId = { usagePointId, direction, series: 'energy' };
    const { EnergyAccumulator } = await import('../../lib/figures/accumulate-energy.js');
    const { ENERGY_SERIES } = await import('../../lib/figures/energy.js');
    const rule = await this.#ruleFor(id, settings, gatewayOf(enedis));
    const memories = await this.#energyMemories(id);
    const state = await this.#store.get(keyOf(id));
    const accumulator = new EnergyAccumulator(rule, memories, state, period, incomplete);
    const measures: Partial<Record<EnergySeries, readonly Measure[]>> = {};
    for (const group of groups) {
      measures[group.id.series as EnergySeries] = group.measures;
      if (!isDescriptionOf(enedis, group.id, group.measures.length)) continue;
      // What another series knows of the period counts as well: a month isn't first its curve's last week alone.
      for (const series of ENERGY_SERIES)
        if (isChosen(series, settings.series))
          await this.#fill(
            memories[series],
            { ...group, id: { ...group.id, series } },
            period,
            enedis.gateway,
          );
    }
    const batch = await gather(id, accumulator.take(measures));
    noteSequence(accumulator.state, parts);
    for (const series of ENERGY_SERIES)
      await this.#store.set(keyOf({ ...id, series }), memories[series].state);
    await this.#store.set(keyOf(id), accumulator.state);
    if (accumulator.forgotten > 0) this.#warn('log.forgotten', accumulator.forgotten);
    return batch;
  }

  /** What was held back under a key, complete or not; null where that is nothing, or nothing of what is chosen. */
  async held(key: string, settings: Adding, { enedis }: Origin): Promise<Batch | null> {
    const { period, fn, incomplete, series, byTariff } = settings;
    const id = idOf(key)!;
    const isOne = byTariff !== null || series === 'energy';
    if (isOne ? !isEnergy(id) : isEnergy(id) || !isChosen(id.series, series)) return null;
    const state = await this.#store.get(key);
    let held: { held: number[]; sequence?: string };
    let batch: Batch;
    if (isEnergy(id)) {
      const { EnergyAccumulator } = await import('../../lib/figures/accumulate-energy.js');
      const memories = await this.#energyMemories(id);
      const rule = await this.#ruleFor(id, settings, gatewayOf(enedis));
      const accumulator = new EnergyAccumulator(rule, memories, state, period, incomplete);
      held = accumulator.state;
      if (held.held.length === 0) return null;
      batch = await gather(id, accumulator.rest());
    } else {
      const { Accumulator } = await import('../../lib/figures/accumulate.js');
      const { SeriesMemory } = await import('../../lib/figures/memory.js');
      const memory = new SeriesMemory(state);
      held = memory.state;
      if (held.held.length === 0) return null;
      batch = await gather(
        id,
        new Accumulator(seriesOf(id), memory, period, fn as Fn | 'auto', incomplete).rest(),
      );
    }
    delete held.sequence;
    await this.#store.set(key, held);
    return batch;
  }

  async #ruleFor(
    id: EnergyFigureId,
    { period, fn, byTariff }: Adding,
    gateway: unknown,
  ): Promise<EnergyRule> {
    if (byTariff) {
      const { TariffRule } = await import('../../lib/figures/cost.js');
      const tariff = await tariffFor(this.#RED, byTariff.tariff, { ...id, gateway });
      return new TariffRule(id, period, tariff, byTariff);
    }
    const { EnergyChoice } = await import('../../lib/figures/energy.js');
    // A cost has a tariff.
    return new EnergyChoice(id, period, fn as Fn | 'auto');
  }

  /** What is remembered of a series. */
  async #memoryOf(id: SeriesId): Promise<SeriesMemory> {
    const { SeriesMemory } = await import('../../lib/figures/memory.js');
    const memory = new SeriesMemory(await this.#store.get(keyOf(id)));
    if (memory.damaged > 0) this.#warn('log.damaged', memory.damaged);
    return memory;
  }

  async #energyMemories(id: EnergyFigureId): Promise<Record<EnergySeries, SeriesMemory>> {
    return {
      daily: await this.#memoryOf({ ...id, series: 'daily' }),
      loadCurve: await this.#memoryOf({ ...id, series: 'loadCurve' }),
    };
  }

  /**
   * Adds what the archive has of periods that began before the first reading seen. Not for a flow that has filtered its
   * readings: it wants figures of those alone.
   * @param gateway the kind of the one that the readings came through
   */
  async #fill(
    memory: SeriesMemory,
    { id, measures }: Group,
    period: Period,
    gateway: unknown,
  ): Promise<void> {
    const { archived } = await import('./past.js');
    const past = await archived(this.#RED, id, gateway, memory.doubtfulSpans(period, measures));
    await gather(id, memory.add(past));
  }
}

/** The id of the sequence that a message is part of, as Node-RED's split and join nodes have it. */
export function sequenceOf(parts: unknown): string | undefined {
  const id = typeof parts === 'object' && parts !== null ? (parts as { id?: unknown }).id : undefined;
  return typeof id === 'string' ? id : undefined;
}

/** Notes which sequence brought what is held back. */
function noteSequence(state: { held: number[]; sequence?: string }, parts: unknown): void {
  const sequence = sequenceOf(parts);
  if (state.held.length > 0 && sequence !== undefined) state.sequence = sequence;
}

function isEnergy(id: FigureId): id is EnergyFigureId {
  return id.series === 'energy';
}

/** Of energy that is told once, or of each series for itself. */
function isChosen(series: string, choice: Settings['series']): boolean {
  return choice === 'all' || choice === 'energy' || choice === series;
}

/** The kind of the gateway that readings came through, where `msg.enedis` says so. */
function gatewayOf(enedis: unknown): unknown {
  return originOf(enedis).gateway;
}

function seriesOf(id: FigureId): SeriesId {
  return id as SeriesId;
}
