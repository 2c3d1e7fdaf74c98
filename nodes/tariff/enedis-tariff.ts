/** `enedis-tariff`: what a kWh costs, when. Other nodes get their `Tariff` here; its dialog shows what it would say. */
import type { NodeAPI, NodeDef } from 'node-red';
import type { EnedisError } from '../../lib/errors';
import type { Realm } from '../../lib/storage/storage';
import type { Tariff } from '../../lib/tariffs/tariff';
import type { TariffTerms } from '../../lib/tariffs/terms';
import { flowError } from '../shared/failure';
import { migrated } from '../shared/migrations';
import { homeOf } from '../shared/services';
import type { EnedisTariffNode } from '../shared/tariff-node';
import { text } from '../shared/words';
import type { Request, Response } from './preview';
import { Upkeep } from './upkeep';

type TariffDef = NodeDef & { offer?: string };

/** The settings as they are understood; `terms` only where nothing is wrong. */
interface Reading {
  terms: TariffTerms | null;
  errors: EnedisError[];
}

/** So many faults of one tariff are told at once; who mends them sees the rest in the dialog. */
const MOST_TOLD = 10;

export = function (RED: NodeAPI): void {
  const upkeep = new Upkeep(RED);

  function EnedisTariff(this: EnedisTariffNode, saved: TariffDef): void {
    RED.nodes.createNode(this, saved);
    const def = migrated('enedis-tariff', saved);
    const opened = new Map<Realm, Promise<Tariff>>();
    this.title = () => this.name ?? text(RED, 'enedis-tariff', `offer.${def.offer}`);
    // Read at once: a tariff may be used by nobody for days, and what is wrong with it is told now.
    const reading = read(def, this.title());
    this.tariff = (realm) => {
      const known = opened.get(realm) ?? open(RED, def.id, reading, realm);
      opened.set(realm, known);
      // What a disk refused may be there the next time.
      known.catch(() => opened.delete(realm));
      return known;
    };
    const terms = reading.then(({ terms, errors }) => {
      for (const error of errors.slice(0, MOST_TOLD)) this.warn(flowError(RED, error).message);
      return terms;
    });
    upkeep.join(this.id, terms);
    this.on('close', (done: () => void) => void upkeep.leave(this.id).then(done));
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

/** What the settings say, or what is wrong with them; loaded with the first tariff. */
async function read(def: TariffDef, title: string): Promise<Reading> {
  const [{ readTariff }, { tariffError }] = await Promise.all([
    import('../../lib/tariffs/settings/read-tariff.js'),
    import('../../lib/tariffs/problems.js'),
  ]);
  const { terms, problems } = readTariff(def);
  return { terms, errors: problems.map((problem) => tariffError(title, problem)) };
}

async function open(RED: NodeAPI, id: string, reading: Promise<Reading>, realm: Realm): Promise<Tariff> {
  const { terms, errors } = await reading;
  if (!terms) throw errors[0]!;
  const [home, { Tariff }] = await Promise.all([homeOf(RED), import('../../lib/tariffs/tariff.js')]);
  const data = home.tariffData(realm);
  await data.load(id);
  return new Tariff(terms, data.facts(id));
}
