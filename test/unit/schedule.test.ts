/** The daily collection's appointments: what was drawn and attempted on one side, the next attempt on the other. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Schedule } from '../../lib/archive/format';
import { afterAttempt, nextAttempt, type Outcome, type ScheduleSettings } from '../../lib/daily/schedule';

const MORNING: ScheduleSettings = {
  windowStart: '06:00',
  windowEnd: '10:00',
  retryEvery: 30,
  settings: 'as they are',
  firstTime: false,
};
const half = (): number => 0.5;
/** Paris, in summer. */
const at = (time: string, day = '12'): number => Date.parse(`2026-06-${day}T${time}+02:00`);
const drawn: Schedule = {
  date: '2026-06-12',
  firstAt: at('08:00:00'),
  window: '06:00-10:00',
  settings: MORNING.settings,
};
const attempted = (time: string, outcome: Outcome, notBefore?: number): Schedule =>
  afterAttempt(drawn, MORNING, at(time), outcome, notBefore);

describe('the next attempt', () => {
  const rows: {
    name: string;
    plan?: Schedule;
    settings?: Partial<ScheduleSettings>;
    now: number;
    next: number;
  }[] = [
    { name: 'nothing is known: the middle of the window', now: at('05:00:00'), next: at('08:00:00') },
    {
      name: 'a node just dropped: within seconds',
      settings: { firstTime: true },
      now: at('05:00:00'),
      next: at('05:00:02.500'),
    },
    { name: 'its time is to come', plan: drawn, now: at('07:00:00'), next: at('08:00:00') },
    { name: 'its time is past: soon', plan: drawn, now: at('12:00:00'), next: at('12:01:00') },
    {
      name: 'its time is past by far: tomorrow',
      plan: drawn,
      now: at('20:30:00'),
      next: at('08:00:00', '13'),
    },
    {
      name: 'its time is past by far, and so was yesterday’s: at once',
      plan: attempted('08:00:00', 'complete'),
      now: at('22:30:00', '14'),
      next: at('22:31:00', '14'),
    },
    {
      name: 'nothing was attempted yesterday, and it is night: at once',
      plan: attempted('08:00:00', 'complete'),
      now: at('02:30:00', '14'),
      next: at('02:31:00', '14'),
    },
    {
      name: 'nothing was ever attempted, neither today nor yesterday: at once',
      plan: { ...drawn, begun: '2026-06-11' },
      now: at('22:30:00', '13'),
      next: at('22:31:00', '13'),
    },
    {
      name: 'its time is past by far, but it was attempted yesterday: tomorrow',
      plan: attempted('08:00:00', 'complete'),
      now: at('22:30:00', '13'),
      next: at('08:00:00', '14'),
    },
    {
      name: 'a computer that is on in the evening only: each evening',
      plan: attempted('20:20:00', 'complete'),
      now: at('20:15:00', '13'),
      next: at('20:16:00', '13'),
    },
    {
      name: 'days that are late and come early in tomorrow’s window: when they come',
      plan: attempted('08:00:00', 'waiting', at('07:10:00', '13')),
      now: at('08:00:05'),
      next: at('07:10:00', '13'),
    },
    {
      name: 'days that are late and come at night: in the window',
      plan: attempted('08:00:00', 'waiting', at('03:00:00', '13')),
      now: at('08:00:05'),
      next: at('08:00:00', '13'),
    },
    {
      name: 'something was changed overnight: now',
      plan: attempted('08:00:00', 'complete'),
      settings: { settings: 'mended' },
      now: at('03:00:00', '13'),
      next: at('03:00:00', '13'),
    },
    {
      name: 'drawn the evening before',
      plan: { ...drawn, tomorrow: at('09:12:00', '13') },
      now: at('00:10:00', '13'),
      next: at('09:12:00', '13'),
    },
    {
      name: 'drawn two days before: drawn anew',
      plan: { ...drawn, tomorrow: at('09:12:00', '13') },
      now: at('00:10:00', '14'),
      next: at('08:00:00', '14'),
    },
    {
      name: 'complete: tomorrow',
      plan: attempted('08:00:00', 'complete'),
      now: at('08:00:05'),
      next: at('08:00:00', '13'),
    },
    {
      name: 'refused: tomorrow',
      plan: attempted('08:00:00', 'refused', at('00:00:00', '13')),
      now: at('08:00:05'),
      next: at('08:00:00', '13'),
    },
    {
      name: 'refused, and something was mended: now',
      plan: attempted('08:00:00', 'refused'),
      settings: { settings: 'mended' },
      now: at('11:00:00'),
      next: at('11:00:00'),
    },
    {
      name: 'complete, and something was changed: now',
      plan: attempted('08:00:00', 'complete'),
      settings: { settings: 'mended' },
      now: at('11:00:00'),
      next: at('11:00:00'),
    },
    {
      name: 'not there yet: after the pace and its jitter',
      plan: attempted('08:00:00', 'waiting'),
      now: at('08:00:05'),
      next: at('08:33:00'),
    },
    {
      name: 'not there yet, slower',
      plan: attempted('08:00:00', 'waiting'),
      settings: { retryEvery: 90 },
      now: at('08:00:05'),
      next: at('09:39:00'),
    },
    {
      name: 'failed: not before the time that was named',
      plan: attempted('08:00:00', 'failed', at('10:15:00')),
      now: at('08:00:05'),
      next: at('10:15:00'),
    },
    {
      name: 'the last try of the evening',
      plan: attempted('19:27:00', 'waiting'),
      now: at('19:28:00'),
      next: at('20:00:00'),
    },
    {
      name: 'too late for another one: tomorrow',
      plan: attempted('19:27:01', 'waiting'),
      now: at('19:28:00'),
      next: at('08:00:00', '13'),
    },
    {
      name: 'asked by hand in the night: the morning stays',
      plan: attempted('01:00:00', 'waiting'),
      now: at('01:00:05'),
      next: at('08:00:00'),
    },
    {
      name: 'another window, nothing asked yet: in it',
      plan: drawn,
      settings: { windowStart: '14:00', windowEnd: '15:00' },
      now: at('09:00:00'),
      next: at('14:30:00'),
    },
    {
      name: 'another window, complete: in it tomorrow, whatever was drawn',
      plan: { ...attempted('08:00:00', 'complete'), tomorrow: at('07:00:00', '13') },
      settings: { windowStart: '14:00', windowEnd: '15:00' },
      now: at('09:00:00'),
      next: at('14:30:00', '13'),
    },
    {
      name: 'another window, still waiting: in it',
      plan: attempted('08:00:00', 'waiting'),
      settings: { windowStart: '14:00', windowEnd: '15:00' },
      now: at('08:10:00'),
      next: at('14:30:00'),
    },
    {
      name: 'another window since yesterday: drawn anew',
      plan: { ...drawn, tomorrow: at('07:00:00', '13') },
      settings: { windowStart: '14:00', windowEnd: '15:00' },
      now: at('00:10:00', '13'),
      next: at('14:30:00', '13'),
    },
    {
      name: 'a plan that doesn’t say of which window: drawn anew',
      plan: { date: '2026-06-12', firstAt: at('07:00:00'), settings: MORNING.settings },
      now: at('05:00:00'),
      next: at('08:00:00'),
    },
    {
      name: 'a late window, its moment missed: soon',
      plan: { ...drawn, firstAt: at('22:00:00'), window: '21:00-23:00' },
      settings: { windowStart: '21:00', windowEnd: '23:00' },
      now: at('22:30:00'),
      next: at('22:31:00'),
    },
    {
      name: 'a late window, over: tomorrow',
      plan: { ...drawn, firstAt: at('22:00:00'), window: '21:00-23:00' },
      settings: { windowStart: '21:00', windowEnd: '23:00' },
      now: at('23:00:00'),
      next: at('22:00:00', '13'),
    },
    {
      name: 'the day summer time begins',
      now: Date.parse('2026-03-29T00:30:00+01:00'),
      next: Date.parse('2026-03-29T08:00:00+02:00'),
    },
    {
      name: 'the day it ends',
      now: Date.parse('2026-10-25T00:30:00+02:00'),
      next: Date.parse('2026-10-25T08:00:00+01:00'),
    },
  ];
  for (const { name, plan, settings, now, next } of rows) {
    it(name, () => {
      const wanted = { ...MORNING, ...settings };
      const { at: found, plan: kept } = nextAttempt(plan, wanted, now, half);
      assert.equal(new Date(found).toISOString(), new Date(next).toISOString());
      // After a restart it is the same: what was drawn isn't drawn again.
      const { plan: again } = nextAttempt(kept, wanted, now, () => 0.4);
      assert.equal(again, kept);
    });
  }

  it('is inside the window, wherever the dice fall', () => {
    for (const random of [0, 0.25, 0.999999]) {
      const { at: found } = nextAttempt(undefined, MORNING, at('05:00:00'), () => random);
      assert.ok(found >= at('06:00:00') && found < at('10:00:00'), String(random));
    }
  });
});
