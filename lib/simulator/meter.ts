/**
 * What a meter records of its household and hands to Enedis: intervals of its own step, the day's energy and its peak.
 * This is the simulator's truth; what is published of it, and in which words, is decided elsewhere.
 */
import type { Direction, Series } from './types';
import { createHousehold, GRAIN } from './household';
import { dayStart, days, minuteOfDay, plusDays, weekday } from './paris';
import { draw, keyOf } from './random';
import type { StepMinutes, UsagePointSpec } from './usage-points';

/** One true value: whole Wh (daily), W (load curve) or VA (max power) over `[start, end)`, epoch ms. */
export interface TrueReading {
  start: number;
  end: number;
  amount: number;
  /** Max power: the second of the peak. */
  at?: number;
}

/** It knows no clock: any day has its readings, even one to come. `date` is a Paris day `YYYY-MM-DD`. */
export interface Meter {
  /** A day's readings of a series, oldest first; empty when it has none. `factor` is what a correction multiplies energy by. */
  day(direction: Direction, series: Series, date: string, factor?: number): TrueReading[];
  /** Minutes of a load-curve interval on that Paris day. */
  stepOn(date: string): StepMinutes;
}

/** `spec` is taken as it is: a change of it needs a new meter. */
export function createMeter(usagePointId: string, spec: UsagePointSpec, seed: number): Meter {
  const subscribedKva = spec.subscribedKva ?? 9;
  const household = createHousehold({ seed, usagePointId, subscribedKva, offer: spec.offer });
  const peakKey = keyOf(seed, usagePointId, 'peak');

  const stepOn = (date: string): StepMinutes => {
    const steps = spec.stepMinutes ?? 30;
    if (typeof steps === 'number') return steps;
    const started = steps.filter(({ from }) => from <= date).sort((a, b) => (a.from < b.from ? -1 : 1));
    return started.at(-1)?.minutes ?? 30;
  };

  /** Watt-hours of each interval of `size` grains. */
  const energies = (direction: Direction, date: string, size: number, factor: number): number[] => {
    const own = gather(household.grains(direction, date), size, factor);
    if (!spec.selfConsumption) return own;
    const other = direction === 'consumption' ? 'production' : 'consumption';
    const against = gather(household.grains(other, date), size, factor);
    return own.map((energy, index) => Math.max(0, energy - (against[index] ?? 0)));
  };

  const daily = (direction: Direction, date: string, factor: number): TrueReading[] => {
    const energy = energies(direction, date, stepOn(date) / 5, factor);
    return [{ ...bounds(date), amount: energy.reduce((sum, one) => sum + one, 0) }];
  };

  const loadCurve = (direction: Direction, date: string, factor: number): TrueReading[] => {
    if (!collects(spec, date)) return [];
    const minutes = stepOn(date);
    const from = dayStart(date);
    return energies(direction, date, minutes / 5, factor)
      .map((energy, index) => {
        const start = from + index * minutes * 60_000;
        return { start, end: start + minutes * 60_000, amount: (energy * 60) / minutes };
      })
      .filter(({ start }) => !inHole(spec, date, start));
  };

  const maxPower = (direction: Direction, date: string, factor: number): TrueReading[] => {
    if (direction === 'production') return [];
    const grains = energies(direction, date, 1, factor);
    let top = 0;
    grains.forEach((energy, index) => {
      if (energy > (grains[top] ?? 0)) top = index;
    });
    const { start, end } = bounds(date);
    const grainStart = start + top * GRAIN;
    // Five minutes have a peak of their own, above their mean; apparent power is above the active one.
    const mean = (grains[top] ?? 0) * 12;
    const burst = 1.03 + 0.3 * draw(peakKey, grainStart / GRAIN);
    const amount = Math.max(mean, Math.min(Math.round(mean * burst), subscribedKva * 1050));
    const second = Math.floor(draw(~peakKey, grainStart / GRAIN) * 300);
    return [{ start, end, amount, at: grainStart + second * 1000 }];
  };

  return {
    stepOn,
    day(direction, series, date, factor = 1) {
      if (spec.activatedOn !== undefined && date < spec.activatedOn) return [];
      if (!measures(spec, direction)) return [];
      switch (series) {
        case 'daily':
          return daily(direction, date, factor);
        case 'loadCurve':
          return loadCurve(direction, date, factor);
        case 'maxPower':
          return maxPower(direction, date, factor);
      }
    },
  };
}

/** Whether the usage point has this direction at all. */
export function measures(spec: UsagePointSpec, direction: Direction): boolean {
  return direction === 'consumption' ? (spec.consumption ?? true) : (spec.production ?? false);
}

/** The grains' watt-hours, corrected one by one so that every step still adds up to the same day. */
function gather(grains: Int32Array, size: number, factor: number): number[] {
  const sums: number[] = [];
  for (let from = 0; from < grains.length; from += size) {
    let sum = 0;
    for (let index = from; index < from + size; index++) sum += Math.round((grains[index] ?? 0) * factor);
    sums.push(sum);
  }
  return sums;
}

function bounds(date: string): { start: number; end: number } {
  return { start: dayStart(date), end: dayStart(plusDays(date, 1)) };
}

function collects(spec: UsagePointSpec, date: string): boolean {
  if (spec.loadCurve === false || spec.loadCurve === 'opposed') return false;
  return spec.loadCurveSince === undefined || date >= spec.loadCurveSince;
}

function inHole(spec: UsagePointSpec, date: string, start: number): boolean {
  if (spec.holes === undefined) return false;
  const today = weekday(date);
  const minute = minuteOfDay(start);
  return spec.holes.some(
    (hole) => hole.weekday === today && minute >= minutesOf(hole.from) && minute < minutesOf(hole.to),
  );
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** All of a meter's readings over `[startDate, endDate)`. */
export function readingsOf(
  meter: Meter,
  direction: Direction,
  series: Series,
  startDate: string,
  endDate: string,
  factorOn: (date: string) => number,
): TrueReading[] {
  return days(startDate, endDate).flatMap((date) => meter.day(direction, series, date, factorOn(date)));
}
