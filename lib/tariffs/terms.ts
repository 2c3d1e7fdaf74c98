/**
 * What a tariff says, once its settings are read: contracts one after the other, each with rules for its periods and
 * dated prices. Offers are such rules written down here (`offers/`); a custom one has its own.
 */
import type { Direction } from '../readings/reading';
import type { Region } from './holidays';
import type { DatedWindows, Stretch } from './windows';

/** The kinds of offer there are. */
export type OfferKind = 'base' | 'hphc' | 'tempo' | 'ejp' | 'custom';

/** The lists of days there are; `own` is told to the tariff in messages. */
export type CalendarName = 'tempo' | 'ejp' | 'own';

/** Conditions hold together; a rule without any always matches. */
export interface Rule {
  period: string;
  time?: readonly Stretch[];
  /** Whether it has to be off-peak by the tariff's windows, or mustn't be. */
  windows?: boolean;
  /** 0 is Sunday. */
  weekdays?: readonly number[];
  holiday?: boolean;
  /** First and last day, `MM-DD`, both included; it may pass the new year. */
  season?: readonly [string, string];
  /** 1 to 12. */
  months?: readonly number[];
  /** Day kinds of the calendar. */
  day?: readonly string[];
}

/** Which period it is when: the first rule that matches counts. */
export interface Schedule {
  /** In the order in which they are shown, with a name where it has one of its own. */
  periods: Readonly<Record<string, string>>;
  rules: readonly Rule[];
  calendar: CalendarName | null;
  /** Minutes after midnight at which a day begins for weekdays, holidays, seasons and months. */
  dayStartsAt: number;
  /** The same for the calendar's day kinds: a Tempo day begins at 06:00 whatever else does. */
  kindStartsAt: number;
  holidays: Region;
}

/** An offer everybody knows: its rules, and what else follows from its name. */
export interface Offer {
  schedule: Schedule;
  /** Powers (kVA) in which it is sold at the regulated price. */
  powers: readonly number[];
  /** The supplier's registers in the meter, and what each of them counts. */
  registers: Readonly<Record<string, string>>;
}

/** 10⁻⁵ €/kWh, or what makes it of the rates that a message tells. */
export type Price = number | { times: number; plus: number };

/** What the power costs, whatever is consumed: 10⁻⁵ €, all taxes. */
export interface Subscription {
  amount: number;
  per: 'month' | 'year';
}

/** Prices from a date on, until the next version. */
export interface Version {
  from: string;
  /** By period. None: from here on there is no price that would be known. */
  prices: Readonly<Record<string, Price>>;
  subscription: Subscription | null;
}

/** From a date (empty: for ever since) until a date, excluded (null: today's). */
export interface Contract {
  from: string;
  until: string | null;
  offer: OfferKind;
  schedule: Schedule;
  /** As typed; empty where the meter's contract knows them. */
  windows: readonly DatedWindows[];
  /** As typed, sorted. */
  versions: readonly Version[];
  /** Whether the official prices count, but for what is typed. */
  isRegulated: boolean;
  power: number | null;
}

/** All that the settings of an `enedis-tariff` say. */
export interface TariffTerms {
  direction: Direction;
  /** Where days come from: from the sources, or from messages alone. */
  days: 'automatic' | 'messages';
  /** The oldest first; the last is today's. */
  contracts: readonly Contract[];
}
