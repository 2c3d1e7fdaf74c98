/**
 * What the user reads: both languages say the same things, nothing the code or the dialogs ask for is missing, and no
 * sentence has a blank that may stay empty.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { REASONS, type Reason } from '../../lib/errors';

const ROOT = join(__dirname, '..', '..');
const NODES = join(ROOT, 'nodes');
const LANGUAGES = ['en-US', 'fr'] as const;
const TYPES = [
  'enedis-config',
  'enedis-tariff',
  'enedis-price',
  'enedis-fetch-yesterday',
  'enedis-backfill',
  'enedis-aggregate',
  'enedis-query',
  'ui-enedis-linky',
] as const;

type Language = (typeof LANGUAGES)[number];
type Type = (typeof TYPES)[number];

/**
 * What every place that throws the reason fills in. i18next shows an unfilled blank as it is written, so a sentence may
 * use no other.
 */
const BLANKS: Partial<Record<Reason, readonly string[]>> = {
  configProperty: ['property'],
  configTariff: ['tariff', 'at', 'problem'],
  configNoTariff: ['direction'],
  configTariffDirection: ['tariff', 'direction'],
  configClock: ['date'],
  credentialsExpired: ['date'],
  responseShape: ['field'],
  responseStatus: ['answer'],
  configVariable: ['variable'],
  networkUnreachable: ['host'],
  networkTimeout: ['host'],
  inputInvalid: ['property'],
  inputUnwanted: ['property', 'tariff'],
  inputReading: ['count', 'property'],
  inputRange: ['start', 'end'],
  inputPeriod: ['series', 'period'],
  inputFunction: ['series', 'fn'],
  unexpected: ['name'],
  storageRead: ['file'],
  storageWrite: ['file'],
  storageNewer: ['file'],
};

/** Each node has a folder of its name; the widget is a package of its own. */
const folderOf = (file: string): string => {
  const name = file.replace(/^(ui-)?enedis-|\.\w+$/g, '');
  return file.startsWith('ui-') ? join(ROOT, 'dashboard', 'nodes', name) : join(NODES, name);
};
const foldersOf = (parent: string): string[] =>
  readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(parent, name));
const read = (...path: string[]): string => readFileSync(join(folderOf(path.at(-1)!), ...path), 'utf8');

/** What a dialog is made of: its page and the scripts in it. */
function dialogOf(type: Type): string {
  const folder = folderOf(`${type}.html`);
  const parts = existsSync(join(folder, 'dialog')) ? readdirSync(join(folder, 'dialog')) : [];
  return [`${type}.html`, `${type}.editor.ts`, ...parts.map((file) => join('dialog', file))]
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}

/** Every text of a catalogue by its dotted key. */
function catalogue(language: Language, type: Type): Map<string, string> {
  const texts = new Map<string, string>();
  const walk = (value: unknown, key: string): void => {
    if (typeof value === 'string') texts.set(key, value);
    else
      for (const [name, inner] of Object.entries(value as object)) walk(inner, key ? `${key}.${name}` : name);
  };
  walk(JSON.parse(read('locales', language, `${type}.json`)), '');
  return texts;
}

const blanks = (text: string): string[] => [...text.matchAll(/__(\w+?)__/g)].map(([, name]) => name!).sort();

/** Help as the editor takes it: the markdown inside its script element. */
function help(language: Language, type: Type): string {
  const file = read('locales', language, `${type}.html`);
  const found = /^<script type="text\/markdown" data-help-name="([^"]+)">\n([\s\S]+)\n<\/script>\n$/.exec(
    file,
  );
  assert.ok(found, `${language}/${type}.html isn't one markdown help script`);
  assert.equal(found[1], type);
  return found[2]!;
}

function assertSpaced(name: string, raw: string): void {
  const text = raw.replaceAll(/https?:\/\/\S*/g, 'x').replaceAll(/\b\d\d:\d\d\b/g, 'x');
  assert.doesNotMatch(text, /[^\u00a0\u202f\n][:;?!»]/, `${name}: a no-break space before : ; ? ! »`);
  assert.doesNotMatch(text, /«[^\u00a0\u202f]/, `${name}: a no-break space after «`);
  assert.doesNotMatch(text, /\p{L}'\p{L}/u, `${name}: the apostrophe is ’`);
}

describe('the READMEs: the words', () => {
  for (const file of ['README.fr.md', 'dashboard/README.fr.md', 'docs/fr/tariffs.md', 'docs/fr/price.md']) {
    it(`${file} is spaced as French is`, () => {
      const prose = readFileSync(join(ROOT, file), 'utf8')
        .replaceAll(/```[^]*?```|`[^`]*`|<!--[^]*?-->|<[^>]*>|\]\([^)]*\)/g, 'x')
        // An image.
        .replaceAll('![', '[');
      assert.doesNotMatch(prose, /^ *[:;?!»]/m, 'no such sign begins a line');
      assertSpaced(file, prose);
    });
  }
});

for (const type of TYPES) {
  describe(`${type}: the words`, () => {
    const english = catalogue('en-US', type);
    const french = catalogue('fr', type);

    it('has the same texts in both languages, none empty', () => {
      assert.deepEqual([...french.keys()].sort(), [...english.keys()].sort());
      for (const [key, text] of [...english, ...french]) assert.ok(text.trim() !== '', key);
    });

    it('leaves the same blanks in both languages', () => {
      for (const [key, text] of english) assert.deepEqual(blanks(french.get(key)!), blanks(text), key);
    });

    it('has every text its dialog asks for', () => {
      const page = dialogOf(type);
      const keys = [...page.matchAll(/data-i18n="(?:\[[\w-]+\])?([^"]+)"/g)].map(([, key]) => key!);
      // `_('a.b')`, one of two, or `_(\`a.b.${choice}\`)`, which needs at least one text below it; what fills the
      // blanks aside. `say` puts the node's own name before it.
      for (const [, name, call = ''] of page.matchAll(/\b(_|say)\(([^()]*)/g)) {
        for (const [, plain, key = plain ?? ''] of call
          .replaceAll(/\{[^}]*(\}|$)/g, '')
          .matchAll(/'([^']+)'|`([^`$]+)[^`]*`/g))
          // What begins with a package's name is in that package's catalogue.
          if (!key.includes('/')) keys.push(name === 'say' ? `${type}.${key}` : key);
      }
      assert.ok(keys.length > 10);
      for (const key of keys) {
        const found = key.endsWith('.')
          ? [...english.keys()].some((each) => each.startsWith(key))
          : english.has(key);
        assert.ok(found, key);
      }
    });

    it('has its help in both languages, laid out as the editor needs it', () => {
      const headings = LANGUAGES.map((language) => {
        const lines = help(language, type).split('\n');
        assert.match(lines[0]!, /^[A-Z].+\.$/, 'the first paragraph is the tooltip of the palette');
        for (const line of lines) {
          assert.doesNotMatch(line, /^\s/, 'indented markdown is code');
          // The editor's own rule for a property; another colon would cut the description.
          if (line.startsWith(':')) assert.match(line, /^:[^:]+\([^:]+\).*?:[^:]*$/);
        }
        return lines.filter((line) => line.startsWith('#') || /^\d+\. /.test(line)).length;
      });
      assert.equal(headings[0], headings[1]);
    });

    it('is spaced in French as French is', () => {
      const prose = help('fr', type)
        .replaceAll(/`[^`]*`|\]\([^)]*\)/g, 'x')
        .replaceAll(/^: .*?\) : /gm, '');
      for (const [key, text] of [...french, ['help', prose] as const]) assertSpaced(key, text);
    });
  });
}

describe('errors: the words', () => {
  const codes = [...new Set(Object.values(REASONS).map(({ code }) => code))];

  for (const language of LANGUAGES) {
    it(`${language}: every reason says what happened and what to do, and nothing else is said`, () => {
      const texts = catalogue(language, 'enedis-config');
      const said = [...texts.keys()].filter((key) => key.startsWith('enedis-config.errors.'));
      const reasons = Object.keys(REASONS) as Reason[];
      const expected = reasons.flatMap((reason) =>
        ['what', 'todo'].map((part) => `enedis-config.errors.${reason}.${part}`),
      );
      assert.deepEqual(said.sort(), expected.sort());
      for (const key of said) assert.match(texts.get(key)!, /[.)]$/, key);
    });

    it(`${language}: sentences have only the blanks that are always filled`, () => {
      for (const [key, text] of catalogue(language, 'enedis-config')) {
        const reason = /^enedis-config\.errors\.(\w+)\./.exec(key)?.[1];
        if (reason === undefined) continue;
        const filled = [...(BLANKS[reason as Reason] ?? []), 'in', 'into'];
        for (const blank of blanks(text)) assert.ok(filled.includes(blank), `${key}: ${blank}`);
      }
    });

    it(`${language}: every code has a status short enough to stand under a node`, () => {
      const texts = catalogue(language, 'enedis-config');
      const said = [...texts.keys()].filter(
        (key) => key.startsWith('enedis-config.status.') && !key.endsWith('.tokenEnds'),
      );
      for (const code of codes) assert.ok(said.includes(`enedis-config.status.${code}`), code);
      // Reasons that a user wants to tell apart have words of their own.
      const known: string[] = [...codes, ...Object.keys(REASONS)];
      for (const key of said) assert.ok(known.includes(key.replace('enedis-config.status.', '')), key);
      for (const key of said) assert.ok(texts.get(key)!.length <= 25, `${key}: ${texts.get(key)}`);
    });
  }

  it('never sends anybody to redo a consent that Enedis has merely failed to check', () => {
    for (const language of LANGUAGES) {
      const texts = catalogue(language, 'enedis-config');
      for (const reason of ['enedisFailing', 'gatewayFailing']) {
        for (const part of ['what', 'todo']) {
          assert.doesNotMatch(
            texts.get(`enedis-config.errors.${reason}.${part}`)!,
            /consent|accord|token|jeton/i,
          );
        }
      }
    }
  });
});

describe('the runtime: the words', () => {
  it('finds every status and log text it uses', () => {
    let used = 0;
    for (const folder of [...foldersOf(NODES), ...foldersOf(join(ROOT, 'dashboard', 'nodes'))]) {
      const files = readdirSync(folder).filter(
        (file) => file.endsWith('.ts') && !file.endsWith('.editor.ts'),
      );
      // What several nodes share is kept with the meter.
      const type = TYPES.find((each) => files.includes(`${each}.ts`)) ?? 'enedis-config';
      const texts = catalogue('en-US', type);
      for (const file of files)
        for (const [, key] of readFileSync(join(folder, file), 'utf8').matchAll(/'((?:status|log)\.\w+)'/g)) {
          used++;
          assert.ok(texts.has(`${type}.${key}`), `${file}: ${key}`);
        }
    }
    assert.ok(used > 10);
  });

  it('can show every state of a backfill', () => {
    const texts = catalogue('en-US', 'enedis-backfill');
    for (const state of ['running', 'waiting', 'paused', 'done', 'failed', 'cancelled'])
      assert.ok(texts.has(`enedis-backfill.status.${state}`), state);
  });
});
