/**
 * `enedis-config`: which meter, through which gateway, with which credentials. Flow nodes get their collector here;
 * all nodes of one meter share what is behind it.
 */
import type { NodeAPI, NodeDef } from 'node-red';
import type { Collector, CollectorSettings } from '../../lib/meter/collector';
import { findGateway, GATEWAYS } from '../../lib/gateways';
import type { GatewayDefinition } from '../../lib/gateways/definition';
import { daysBetween, parisDate } from '../../lib/readings/paris';
import { RANGES } from '../../lib/readings/ranges';
import { ALL_SERIES, maskUsagePoint } from '../../lib/readings/reading';
import type { Request, Response } from './config-dialog';
import type { Credentials, EnedisConfigNode } from '../shared/config-node';
import { settingsOf, type ConfigProperties } from './config-settings';
import { warnOfNewFolder } from './new-folder';
import { MIGRATIONS, migrated } from '../shared/migrations';
import { clock, homeOf } from '../shared/services';
import type { EnedisTariffNode } from '../shared/tariff-node';
import { text } from '../shared/words';

type ConfigDef = NodeDef & ConfigProperties;

/** Early enough to get a new token at leisure, late enough to be heeded. */
const TOKEN_NOTICE = 30;

export = function (RED: NodeAPI): void {
  function EnedisConfig(this: EnedisConfigNode, saved: ConfigDef): void {
    RED.nodes.createNode(this, saved);
    const def = migrated('enedis-config', saved);
    let collector: Promise<Collector> | undefined;
    let warned = false;
    this.settings = () => settingsOf(def, this.credentials);
    this.collector = () => (collector ??= open(RED, () => this.settings()));
    this.tariffOf = (direction) => {
      const id = direction === 'production' ? def.feedIn : def.tariff;
      return id ? (RED.nodes.getNode(id) as EnedisTariffNode | null) : null;
    };
    this.subscribedPower = () => Number(String(def.subscribedPower ?? '').replace(',', '.')) || null;
    this.tokenEndsIn = () => {
      const end = tokenEnd(def, this.credentials);
      const now = clock().now();
      if (end === undefined || end <= now) return undefined;
      const date = parisDate(end);
      const days = daysBetween(parisDate(now), date);
      if (days > TOKEN_NOTICE) return undefined;
      if (!warned) this.warn(notice(RED, String(def.usagePointId), days, date));
      warned = true;
      return days;
    };
  }

  RED.nodes.registerType<EnedisConfigNode, ConfigDef, object, Credentials>('enedis-config', EnedisConfig, {
    credentials: {
      token: { type: 'password' },
      clientId: { type: 'password' },
      clientSecret: { type: 'password' },
    },
    settings: {
      enedisConfigMigrations: { value: MIGRATIONS, exportable: true },
      enedisConfigGateways: { value: GATEWAYS.map(forDialog), exportable: true },
      enedisConfigSeries: { value: ALL_SERIES, exportable: true },
      enedisConfigRanges: { value: RANGES, exportable: true },
    },
  });

  serveDialog(RED);
  warnOfNewFolder(RED);
};

/**
 * Once, not for each node: a route can't be taken back. All but the return want the permission to edit; the return comes
 * from Enedis without any, and is let in by its `state` alone.
 */
function serveDialog(RED: NodeAPI): void {
  // Loaded with the first press: most starts of Node-RED see no dialog.
  const dialog = once(async () => new (await import('./config-dialog.js')).ConfigDialog(RED));
  const archive = once(async () => new (await import('./archive-dialog.js')).ArchiveDialog(RED));
  const serve =
    <Name extends string>(loaded: () => Promise<Record<Name, Answer>>, name: Name) =>
    (request: Request, response: Response): void => {
      loaded()
        .then((opened) => opened[name](request, response))
        .catch(() => response.status(500).send(''));
    };
  const mayEdit = RED.auth.needsPermission('enedis-config.write');
  RED.httpAdmin.post('/enedis-config/test', mayEdit, serve(dialog, 'test'));
  RED.httpAdmin.post('/enedis-config/authorize', mayEdit, serve(dialog, 'authorize'));
  RED.httpAdmin.get('/enedis-config/authorize/:state', mayEdit, serve(dialog, 'outcome'));
  RED.httpAdmin.get('/enedis-config/callback', serve(dialog, 'callback'));
  RED.httpAdmin.post('/enedis-config/archive', mayEdit, serve(archive, 'archive'));
  RED.httpAdmin.post('/enedis-config/archive/export', mayEdit, serve(archive, 'exportArchive'));
  RED.httpAdmin.post('/enedis-config/archive/erase', mayEdit, serve(archive, 'eraseArchive'));
}

/** What a route does with a request; it answers by itself. */
type Answer = (request: Request, response: Response) => Promise<void>;

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

async function open(RED: NodeAPI, settings: () => CollectorSettings): Promise<Collector> {
  const wanted = settings();
  const [home, { Collector }] = await Promise.all([homeOf(RED), import('../../lib/meter/collector.js')]);
  return new Collector(home, wanted);
}

/** What the dialog has to know of a gateway: which of its fields to show, and what its button does. */
function forDialog({
  kind,
  credentials,
  link,
  authorize,
  isSimulated,
  sandbox,
  readToken,
}: GatewayDefinition): object {
  return {
    kind,
    credentials,
    link,
    authorize,
    hasAddress: !isSimulated,
    environments: sandbox !== undefined,
    readsToken: readToken !== undefined,
  };
}

/** Epoch ms; undefined for gateways whose tokens don't say, and for one that isn't known. */
function tokenEnd(
  { gateway }: ConfigProperties,
  credentials: Partial<Credentials> | undefined,
): number | undefined {
  return findGateway(gateway)?.readToken?.(credentials?.token ?? '')?.expiresAt ?? undefined;
}

function notice(RED: NodeAPI, usagePointId: string, days: number, date: string): string {
  const meter = maskUsagePoint(usagePointId);
  const key = days === 0 ? 'log.tokenEndsToday' : 'log.tokenEnds';
  return text(RED, 'enedis-config', key, { meter, date, count: days });
}
