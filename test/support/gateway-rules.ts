/** What each gateway allows, by kind, for tests that go through all that allow anything at all. */
import { GATEWAYS, type GatewayKind } from '../../lib/gateways';
import type { GatewayRules } from '../../lib/gateways/definition';

/** Kinds that ask nobody have none. */
export const GATEWAY_RULES = Object.fromEntries(
  GATEWAYS.flatMap(({ kind, rules }) => (rules ? [[kind, rules]] : [])),
) as Readonly<Record<Exclude<GatewayKind, 'demo'>, GatewayRules>>;
