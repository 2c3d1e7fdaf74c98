/**
 * The settings of an `enedis-tariff` as they were saved, by a dialog or by a hand: checked whole, so that a person sees
 * all that is wrong at once, each where it stands.
 */
import { OFFERS } from '../offers/index';
import { Problems, type Problem } from '../problems';
import type { Contract, OfferKind, TariffTerms } from '../terms';
import {
  isEmpty,
  readChoice,
  readDate,
  readJson,
  readList,
  readObject,
  readPower,
  type Fields,
} from './fields';
import { readRules } from './read-rules';
import { readVersions } from './read-versions';
import { readDatedWindows } from './read-windows';

const OFFER_KINDS: readonly OfferKind[] = ['base', 'hphc', 'tempo', 'ejp', 'custom'];
const EARLIER = ['until', 'offer', 'prices', 'power', 'windows', 'versions', 'rules'];
/** What stands for rules that couldn't be read; such a tariff is never used. */
const NO_RULES = OFFERS.base.schedule;

/** What the settings say; `terms` only where nothing is wrong. */
export type ReadTariff = { terms: TariffTerms; problems: [] } | { terms: null; problems: Problem[] };

/** @param settings as Node-RED saves them; other properties of the node may be among them. */
export function readTariff(settings: unknown): ReadTariff {
  const problems = new Problems();
  const fields = readObject(settings, 'settings', problems) ?? {};
  const direction = readChoice(
    fields.direction,
    'direction',
    problems,
    ['consumption', 'production'] as const,
    'consumption',
  );
  const days = readChoice(fields.days, 'days', problems, ['automatic', 'messages'] as const, 'automatic');
  const isFeedIn = direction === 'production';
  const contracts: Contract[] = [];
  const earlier = isEmpty(fields.earlier) ? [] : readJson(fields.earlier, 'earlier', problems);
  for (const [place, each] of readList(earlier, 'earlier', problems).entries()) {
    const here = `earlier[${place}]`;
    const former = readObject(each, here, problems, EARLIER);
    if (!former) continue;
    const until = readDate(former.until, `${here}.until`, problems);
    const from = contracts.at(-1)?.until ?? '';
    if (until !== null && until <= from) problems.add(`${here}.until`, 'order', until, [from]);
    contracts.push(readContract(former, `${here}.`, from, until, isFeedIn, problems));
  }
  contracts.push(readContract(fields, '', contracts.at(-1)?.until ?? '', null, isFeedIn, problems));
  if (problems.list.length > 0 || direction === null || days === null) {
    return { terms: null, problems: problems.list };
  }
  return { terms: { direction, days, contracts }, problems: [] };
}

function readContract(
  fields: Fields,
  at: string,
  from: string,
  until: string | null,
  isFeedIn: boolean,
  problems: Problems,
): Contract {
  const offer = readChoice(fields.offer, `${at}offer`, problems, OFFER_KINDS);
  const known = offer === null || offer === 'custom' ? null : OFFERS[offer];
  const own = offer === 'custom' ? readRules(fields.rules, `${at}rules`, problems) : null;
  const schedule = known?.schedule ?? own;
  // Nothing else can be priced officially, neither what suppliers have made up nor what is fed in.
  const choices = offer !== 'custom' && !isFeedIn ? (['regulated', 'own'] as const) : (['own'] as const);
  const prices = readChoice(fields.prices, `${at}prices`, problems, choices, choices[0]);
  const power = readPower(fields.power, `${at}power`, problems);
  if (prices === 'regulated' && known && (isEmpty(fields.power) || power !== null)) {
    const isSold = power !== null && known.powers.includes(power);
    if (!isSold) problems.add(`${at}power`, power === null ? 'required' : 'choice', power, known.powers);
  }
  const windows = readDatedWindows(fields.windows, `${at}windows`, problems);
  const periods = schedule && Object.keys(schedule.periods);
  const versions = readVersions(fields.versions, `${at}versions`, problems, periods);
  if (offer !== null && prices === 'own' && versions.length === 0 && readsAsList(fields.versions)) {
    problems.add(`${at}versions`, 'required');
  }
  return {
    from,
    until,
    offer: offer ?? 'custom',
    schedule: schedule ?? NO_RULES,
    windows,
    versions,
    isRegulated: prices === 'regulated',
    power,
  };
}

/** What isn't even a list has been told of already. */
function readsAsList(value: unknown): boolean {
  return isEmpty(value) || (Array.isArray(value) && value.length === 0);
}
