/** `enedis-tariff`: what a kWh costs, when. Other nodes get their `Tariff` here; its dialog shows what it would say. */
import type { NodeAPI, NodeDef } from 'node-red';
import type { Realm } from '../../lib/storage/storage';
import type { Tariff } from '../../lib/tariffs/tariff';
import { flowError } from '../shared/failure';
import { migrated } from '../shared/migrations';
import { homeOf } from '../shared/services';
import type { EnedisTariffNode } from '../shared/tariff-node';
import { text } from '../shared/words';
import type { Request, Response } from './preview';

type TariffDef = NodeDef & { offer?: string };

export = function (RED: NodeAPI): void {
  function EnedisTariff(this: EnedisTariffNode, saved: TariffDef): void {
    RED.nodes.createNode(this, saved);
    const def = migrated('enedis-tariff', saved);
    const opened = new Map<Realm, Promise<Tariff>>();
    this.title = () => this.name ?? text(RED, 'enedis-tariff', `offer.${def.offer}`);
    this.tariff = (realm) => {
      const known = opened.get(realm) ?? open(RED, def, this.title(), realm);
      opened.set(realm, known);
      // What a disk refused may be there the next time.
      known.catch(() => opened.delete(realm));
      return known;
    };
    // Told at once: a tariff may be used by nobody for days.
    check(def, this.title()).catch((error: unknown) => this.warn(flowError(RED, error).message));
  }

  RED.nodes.registerType<EnedisTariffNode, TariffDef, object, object>('enedis-tariff', EnedisTariff);

  const mayEdit = RED.auth.needsPermission('enedis-tariff.write');
  RED.httpAdmin.post('/enedis-tariff/preview', mayEdit, (request: Request, response: Response) => {
    // Loaded with the first dialog: most starts of Node-RED see none.
    import('./preview.js')
      .then(({ answerPreview }) => answerPreview(RED, request, response))
      .catch(() => response.status(500).send(''));
  });
};

/** Rejects with `configTariff` where something is wrong. */
async function check(def: TariffDef, title: string): Promise<void> {
  const { readTariff } = await import('../../lib/tariffs/settings/read-tariff.js');
  const { tariffError } = await import('../../lib/tariffs/problems.js');
  const [problem] = readTariff(def).problems;
  if (problem) throw tariffError(title, problem);
}

async function open(RED: NodeAPI, def: TariffDef, title: string, realm: Realm): Promise<Tariff> {
  await check(def, title);
  const [home, { Tariff }, { readTariff }] = await Promise.all([
    homeOf(RED),
    import('../../lib/tariffs/tariff.js'),
    import('../../lib/tariffs/settings/read-tariff.js'),
  ]);
  const data = home.tariffData(realm);
  await data.load(def.id);
  return new Tariff(readTariff(def).terms!, data.facts(def.id));
}
