/** What tests and the demo gateway take from the simulator. */
export { createSimulator, type Simulator, type SimulatorOptions } from './simulator';
export { listen, type ListeningSimulator } from './server';
export { createToken, type TokenClaims } from './token';
export { createCre, type Cre, type CreTrouble } from './neighbours/cre';
export { createDaySites, type AskedOfDaySite, type DaySite, type DaySites } from './neighbours/sites';
export { truthOf, type DayCalendar, type DayKind, type TempoColour } from './neighbours/days';
export type { DayTrouble } from './neighbours/said';
export * as faults from './faults';
export type { Fault, Injection, ConsoErrorName } from './faults';
export { FAILURE_NAMES, type FailureName, type FailureOptions, type FailureShape } from './failures';
export type { Household, HouseholdTraits } from './household';
export type { OfferSpec } from './offers';
export {
  DEFAULT_USAGE_POINTS,
  OFFER_USAGE_POINTS,
  type StepMinutes,
  type UsagePointSpec,
} from './usage-points';
export type { TrueReading } from './meter';
export type { Correction, Publication } from './enedis';
export type { LimitOptions } from './limits';
export type {
  Answer,
  DialectName,
  Generation,
  LoggedRequest,
  Point,
  RequestFilter,
  SimulatorRequest,
  SimulatorResponse,
  Transport,
} from './types';
