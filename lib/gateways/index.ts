/** The list of gateways, in the order of the dialog: a new one is a file and a row. Whoever needs to know one asks here. */
import { EnedisError } from '../errors';
import { addressOf } from './base-url';
import { consoApi } from './conso-api';
import { dataConnect } from './data-connect';
import type { GatewayDefinition } from './definition';
import { demo } from './demo';
import type { Gateway, GatewaySettings, GatewayTools } from './gateway';
import { myElectricalData } from './my-electrical-data';
import { myElectricalDataV1 } from './my-electrical-data-v1';

/** The first is what a new meter begins with. */
export const GATEWAYS = [consoApi, myElectricalData, myElectricalDataV1, dataConnect, demo] as const;

/** The kinds there are, as nodes save them. */
export type GatewayKind = (typeof GATEWAYS)[number]['kind'];

/** The definition of a kind; where none was chosen (undefined or empty) the first; undefined for one that isn't in the list. */
export function findGateway(kind: string | undefined): GatewayDefinition | undefined {
  if (kind === undefined || kind === '') return GATEWAYS[0];
  return GATEWAYS.find((gateway) => gateway.kind === kind);
}

/**
 * As `findGateway`, for a kind that has to be there.
 * @throws EnedisError configProperty for a kind that isn't in the list.
 */
export function gatewayOf(kind: string | undefined): GatewayDefinition {
  const found = findGateway(kind);
  if (found === undefined) throw new EnedisError('configProperty', { property: 'gateway' });
  return found;
}

/** @throws EnedisError configBaseUrl `{problem}`, configProperty for a kind that isn't in the list. */
export async function openGateway(settings: GatewaySettings, tools: GatewayTools): Promise<Gateway> {
  const definition = gatewayOf(settings.kind);
  return await definition.open(definition, settings, tools);
}

/**
 * Where requests go: the user's own address, else the gateway's.
 * @throws EnedisError configBaseUrl, configProperty for a kind that isn't in the list.
 */
export function baseUrlOf(settings: GatewaySettings): string {
  return addressOf(gatewayOf(settings.kind), settings);
}

/** Which readings must never mix with which: those of real meters, of Enedis' fictional ones, of simulated ones. */
export function realmOf({ kind, environment }: GatewaySettings): 'real' | 'sandbox' | 'demo' {
  if (gatewayOf(kind).isSimulated) return 'demo';
  return environment === 'sandbox' ? 'sandbox' : 'real';
}
