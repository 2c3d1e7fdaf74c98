/**
 * A believable French household: what it draws and what its roof gives, for any instant, without storing anything.
 *
 * Energy comes in grains of five minutes, each a whole number of watt-hours. Every step a meter can record
 * (5 to 60 minutes) is a whole number of grains, so a mean power, a day's energy and a change of step all agree
 * exactly: 30 minutes of n Wh are 2n W, 15 are 4n, 10 are 6n, 60 are n.
 */
import { habitsOf, type OfferSpec } from './offers';
import type { Direction } from './types';
import { dayStart, minuteOfDay, offsetAt, plusDays, remember, weekday } from './paris';
import { between, draw, drift, keyOf } from './random';

/** In ms: the shortest interval a meter records, of which all others are multiples. */
export const GRAIN = 5 * 60_000;
const GRAINS_PER_DAY = 288;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const YEAR = 365.2425 * DAY;
/** Middle of France. */
const LATITUDE = (46.5 * Math.PI) / 180;
const LONGITUDE_HOURS = 2.5 / 15;

/** What a household is drawn from: the same traits always give the same one. */
export interface HouseholdTraits {
  seed: number;
  usagePointId: string;
  subscribedKva: number;
  /** The contract it heeds; none: its water heater has a clock of its own. */
  offer?: OfferSpec | undefined;
}

/** What flows each way for itself; a meter that nets the two does so by itself. */
export interface Household {
  /** Watt-hours of each grain of a Paris day: 276, 288 or 300 of them. Shared: don't write into it. */
  grains(direction: Direction, date: string): Int32Array;
}

/** Days are worked out when asked for, and 1200 of each direction remembered. */
export function createHousehold(traits: HouseholdTraits): Household {
  const consumption = remember(1200, dayOf(consumer(traits), traits, 'consumption'));
  const production = remember(1200, dayOf(producer(traits), traits, 'production'));
  return { grains: (direction, date) => (direction === 'consumption' ? consumption : production)(date) };
}

/** Mean watts of the grain that begins at `instant`. */
type Power = (instant: number, day: DayContext) => number;

interface DayContext {
  date: string;
  /** 1 is Monday. */
  weekday: number;
  /** Offset of Paris in ms when the whole day has but one; otherwise it must be looked up. */
  offset: number | undefined;
  start: number;
}

function dayOf(power: Power, traits: HouseholdTraits, direction: Direction): (date: string) => Int32Array {
  const rounding = keyOf(traits.seed, traits.usagePointId, direction, 'rounding');
  return (date) => {
    const start = dayStart(date);
    const end = dayStart(plusDays(date, 1));
    const offset = end - start === DAY ? offsetAt(start) * 60_000 : undefined;
    const context: DayContext = { date, weekday: weekday(date), offset, start };
    const grains = new Int32Array((end - start) / GRAIN);
    for (let index = 0; index < grains.length; index++) {
      const instant = start + index * GRAIN;
      // Rounded up or down by chance, so that many small grains add up to the right energy.
      grains[index] = Math.floor(power(instant, context) / 12 + draw(rounding, instant / GRAIN));
    }
    return grains;
  };
}

/** Which of the 288 grains of an ordinary day a clock in Paris shows. */
function clockGrain(instant: number, day: DayContext): number {
  if (day.offset !== undefined) return (instant - day.start) / GRAIN;
  return Math.floor(minuteOfDay(instant) / 5);
}

function consumer(traits: HouseholdTraits): Power {
  const key = (what: string): number => keyOf(traits.seed, traits.usagePointId, what);
  const base = between(key('base'), 90, 190);
  const heatingPerDegree = between(key('heating'), 70, 125);
  const heatingMost = traits.subscribedKva * 600;
  const waterHeaterFrom = Math.round(between(key('water-from'), 270, 288));
  const waterHeaterGrains = between(key('water-for'), 14, 22);
  const largest = traits.subscribedKva * 900;
  const [fridge, presence, cooking, weather, away] = [
    key('fridge'),
    key('presence'),
    key('cooking'),
    key('weather'),
    key('away'),
  ];
  const workday = habits(key('habits'), false);
  const weekend = habits(key('habits'), true);
  const contract = traits.offer && habitsOf(traits.offer);

  return (instant, day) => {
    const grain = clockGrain(instant, day);
    const outside = temperature(weather, instant, grain);
    const isAway = draw(away, Math.floor(instant / (7 * DAY))) > 0.96;
    const asleep = grain < 72 || grain > 276;
    const wanted = isAway ? 12 : asleep ? 17 : 18.5;
    // Who pays three times the price for a few hours puts on a sweater.
    const restraint = contract?.isDear(day.date, grain * 5) === true ? 0.6 : 1;
    const heating = restraint * Math.min(heatingMost, Math.max(0, wanted - 2 - outside) * heatingPerDegree);
    const standing = base * (1 + 0.25 * drift(fridge, instant / (4 * GRAIN)));
    if (isAway) return Math.min(largest, standing + heating);

    const habit = (day.weekday > 5 ? weekend : workday)[grain] ?? 0;
    const living = restraint * habit * 700 * (1 + 0.6 * drift(presence, instant / (3 * GRAIN)));
    const isCooking = draw(cooking, Math.floor(instant / (3 * GRAIN))) < habit * 0.35;
    const sinceWater = (grain - waterHeaterFrom + GRAINS_PER_DAY) % GRAINS_PER_DAY;
    const needed = waterHeaterGrains + Math.max(0, 12 - outside) * 0.3;
    const water = contract
      ? (2000 * contract.heats(day.date, grain * 5, needed * 5)) / 5
      : sinceWater < needed
        ? 2000
        : 0;
    return Math.min(largest, standing + heating + living + water + (isCooking ? 1700 : 0));
  };
}

/** How lively a home is at each grain of the clock, 0 to about 1. */
function habits(key: number, isWeekend: boolean): Float64Array {
  const shift = between(key, -25, 25);
  const morning = (isWeekend ? 555 : 430) + shift;
  const evening = 1200 + shift;
  const curve = new Float64Array(GRAINS_PER_DAY);
  for (let grain = 0; grain < GRAINS_PER_DAY; grain++) {
    const minute = grain * 5;
    const bump = (at: number, width: number): number => Math.exp(-(((minute - at) / width) ** 2));
    curve[grain] =
      0.6 * bump(morning, isWeekend ? 75 : 40) +
      (isWeekend ? 0.65 : 0.15) * bump(765, 55) +
      (isWeekend ? 0.25 : 0.05) * bump(960, 120) +
      bump(evening, 95);
  }
  return curve;
}

/** Outside, in °C: coldest around 20 January and 5 in the morning, with spells of several days. */
function temperature(weather: number, instant: number, grain: number): number {
  const season = -8 * Math.cos((2 * Math.PI * (instant - 19 * DAY)) / YEAR);
  const hour = -3.5 * Math.cos((2 * Math.PI * (grain - 60)) / GRAINS_PER_DAY);
  return 12 + season + hour + 4 * drift(weather, instant / (4 * DAY)) + 1.5 * drift(~weather, instant / DAY);
}

function producer(traits: HouseholdTraits): Power {
  const key = (what: string): number => keyOf(traits.seed, traits.usagePointId, what);
  const peakWatts = between(key('roof'), 3000, Math.min(6000, traits.subscribedKva * 1000));
  const sky = key('sky');
  const clouds = key('clouds');
  return (instant) => {
    const height = sunHeight(instant + GRAIN / 2);
    if (height <= 0.03) return 0;
    const overcast = 0.5 + 0.5 * drift(sky, instant / (1.3 * DAY));
    const passing = 0.5 + 0.5 * drift(clouds, instant / (4 * GRAIN));
    const clearness = 1 - 0.75 * overcast * (0.55 + 0.45 * passing);
    return peakWatts * 0.85 * height ** 1.15 * clearness;
  };
}

/** Sine of the sun's height, from UTC alone: a panel knows nothing of summer time. */
function sunHeight(instant: number): number {
  const tilt = -0.4091 * Math.cos((2 * Math.PI * (instant + 10 * DAY)) / YEAR);
  const hours = (instant % DAY) / HOUR - 12 + LONGITUDE_HOURS;
  return (
    Math.sin(LATITUDE) * Math.sin(tilt) +
    Math.cos(LATITUDE) * Math.cos(tilt) * Math.cos((Math.PI * hours) / 12)
  );
}
