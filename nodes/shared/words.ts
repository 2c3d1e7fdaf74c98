/**
 * Sentences of the runtime, from the same catalogues as the editor's. Node-RED's own lookup falls back to English where
 * nothing says which language to use, as in most containers; whoever has a Linky most likely reads French.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import type { NodeType } from './node-type';

/** Named as the folders in `locales/`, which is what Node-RED wants. */
export type Language = 'fr' | 'en-US';
interface Catalogue {
  [key: string]: string | Catalogue;
}

const catalogues = new Map<string, Catalogue>();

/**
 * A text of a node type's catalogue. `count` among the params chooses between singular and plural. Where a setting is to
 * be found (`__in__`, `__into__`) is filled in by itself: these sentences are read away from the dialog, which fills in
 * its own.
 * @param key below the type, e.g. `status.ready`
 */
export function text(
  RED: NodeAPI,
  type: NodeType,
  key: string,
  params: Record<string, string | number> = {},
): string {
  return textIn(languageOf(RED), type, key, params);
}

/** The same in a given language, for readers who aren't the runtime's own user. */
export function textIn(
  language: Language,
  type: NodeType,
  key: string,
  params: Record<string, string | number> = {},
): string {
  const { count } = params;
  // Each language's own rule: none is one in French, and many in English.
  const many = typeof count === 'number' && new Intl.PluralRules(language).select(count) !== 'one';
  const sentence =
    (many ? lookUp(language, type, `${key}_plural`) : undefined) ?? lookUp(language, type, key) ?? key;
  return sentence.replace(/__(\w+)__/g, (blank, name: string) =>
    written(language, params[name] ?? lookUp(language, 'enedis-config', `place.${name}`) ?? blank),
  );
}

/** Whether a catalogue has a text; both languages have the same. */
export function hasText(type: NodeType, key: string): boolean {
  return lookUp('fr', type, key) !== undefined;
}

/** Periods of known offers and published kinds of days have a name in each language; others are what they were called. */
export function tariffWord(language: Language, what: 'period' | 'kind', name: string): string {
  const key = `${what}.${name}`;
  return hasText('enedis-tariff', key) ? textIn(language, 'enedis-tariff', key) : name;
}

/** A decimal number (to the hundred thousandth, as prices are), or a day (`YYYY-MM-DD`), as people write it: in French the first of a month is le 1er. */
function written(language: Language, value: string | number): string {
  if (typeof value === 'number' && !Number.isInteger(value))
    return value.toLocaleString(language, { maximumFractionDigits: 5 });
  if (typeof value === 'number' || !/^\d{4}-\d\d-\d\d$/.test(value)) return String(value);
  const date = new Date(value).toLocaleDateString(language, { dateStyle: 'long', timeZone: 'UTC' });
  return language === 'fr' ? date.replace(/^1 /, '1er ') : date;
}

function lookUp(language: Language, type: NodeType, key: string): string | undefined {
  let found: string | Catalogue | undefined = catalogue(language, type)[type];
  for (const part of key.split('.')) found = typeof found === 'object' ? found[part] : undefined;
  return typeof found === 'string' ? found : undefined;
}

function catalogue(language: Language, type: NodeType): Catalogue {
  // Each node's folder bears its name, here and where the build puts it.
  const folder = type.replace(/^(ui-)?enedis-/, '');
  const file = join(__dirname, '..', folder, 'locales', language, `${type}.json`);
  let content = catalogues.get(file);
  if (!content) {
    content = JSON.parse(readFileSync(file, 'utf8')) as Catalogue;
    catalogues.set(file, content);
  }
  return content;
}

/** The language of statuses, errors and whatever isn't asked for in another. */
export function languageOf(RED: NodeAPI): Language {
  return languageSaid((RED.settings as { lang?: string }).lang);
}

/**
 * The language of the runtime: what Node-RED's settings say, else the system's variables, else French (`C` and `POSIX`
 * count as nothing).
 * @public `npm start` asks as well.
 */
export function languageSaid(setting?: string): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  const said = [setting, LC_ALL, LC_MESSAGES, LANG].find(Boolean) ?? '';
  return said === '' || /^(fr|(c|posix)(\.|$))/i.test(said) ? 'fr' : 'en-US';
}
