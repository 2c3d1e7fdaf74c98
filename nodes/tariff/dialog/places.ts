/**
 * Where a fault stands: a path into the settings (`windows[1].summer`) in the words of the dialog (“Hours that change,
 * line 2, April to October”), and the field a person has to look at.
 */

/** Looks up a text below the node's own name. */
export type Say = (key: string, params?: Record<string, unknown>) => string;

/** Names that have the same words as a field or a column. */
const LABELS = [
  'name',
  'direction',
  'offer',
  'prices',
  'power',
  'windows',
  'versions',
  'rules',
  'days',
  'earlier',
  'from',
  'winter',
  'summer',
  'subscription',
  'per',
  'until',
];

/** @param isPlain whether the off-peak hours are one field, and no list. */
export function placeInWords(at: string, isPlain: boolean, say: Say): string {
  const [list = at, ...path] = partsOf(at);
  if (list === 'windows' && isPlain) return say('label.hours');
  const words = [wordsOf(list, say)];
  let before = list;
  for (const part of path) {
    if (/^\d+$/.test(part)) words.push(say(placeKey(before), { number: Number(part) + 1 }));
    // A list of rules in the rules, and the prices of a version, go without saying.
    else if (part !== 'kwh' && !(part === 'rules' && before === 'rules')) words.push(wordsOf(part, say));
    before = part;
  }
  return words.join(', ');
}

/** The field in which a fault stands; empty where it has none of its own. */
export function fieldAt(at: string, isPlain: boolean, root: JQuery): JQuery {
  const [list = '', place = '', ...path] = partsOf(at);
  if (list === 'windows' && isPlain) return root.find('#enedis-hours');
  if (list === 'earlier') return root.find('#enedis-earlier');
  const rows = root.find(`.enedis-${list} .enedis-row`);
  if (rows.length === 0) return root.find(`#node-config-input-${list}`);
  const column = path.at(-1);
  return rows
    .eq(Number(place))
    .find('[data-field]')
    .filter((_, field) => field.dataset.field === column);
}

function partsOf(at: string): string[] {
  return at.match(/[^.[\]]+/g) ?? [];
}

function placeKey(list: string): string {
  if (list === 'rules') return 'place.rule';
  return list === 'earlier' ? 'place.contract' : 'place.line';
}

function wordsOf(name: string, say: Say): string {
  return LABELS.includes(name) ? say(`label.${name}`) : name;
}
