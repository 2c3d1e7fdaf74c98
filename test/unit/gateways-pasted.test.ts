/** What people paste into the dialog of a meter: understood, or named before anything is sent. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EnedisError } from '../../lib/errors';
import { openGateway } from '../../lib/gateways';
import { cleanAddress, cleanCredential, cleanUsagePoint } from '../../lib/gateways/pasted';
import { createToken } from '../../lib/simulator/index';
import { settingsOf } from '../../nodes/config/config-settings';

const PDL = '22516914714270';
const TOKEN = createToken({ sub: [PDL] });
const NOW = Date.parse('2026-11-10T12:00:00Z');
const half = Math.floor(TOKEN.length / 2);

/** How a text comes along, whatever it is. */
const DRESSES: Record<string, (text: string) => string> = {
  'as it is': (text) => text,
  'between blanks': (text) => `  ${text}\t`,
  'with a line break at its end': (text) => `${text}\r\n`,
  'with a line break within': (text) => `${text.slice(0, 9)}\r\n${text.slice(9)}`,
  'with no-break spaces': (text) => `\u00a0${text}\u202f`,
  'with a zero-width space': (text) => `${text.slice(0, 5)}\u200b${text.slice(5)}`,
  'with a zero-width joiner': (text) => `\u200d${text}`,
  'with a byte-order mark': (text) => `\ufeff${text}`,
  'with a word joiner': (text) => `${text}\u2060`,
  'with soft hyphens': (text) => `${text.slice(0, 7)}\u00ad${text.slice(7)}`,
  'with a mark of direction': (text) => `\u200e${text}\u202c`,
  'in straight quotes': (text) => `"${text}"`,
  'in single quotes': (text) => `'${text}'`,
  'in backticks': (text) => `\`${text}\``,
  'in French quotes': (text) => `«\u00a0${text}\u00a0»`,
  'in typographic quotes': (text) => `“${text}”`,
  'in typographic single quotes': (text) => `‘${text}’`,
  'in German quotes': (text) => `„${text}“`,
  'with one quote only': (text) => `"${text}`,
  'with a comma after it': (text) => `${text},`,
  'with a semicolon after it': (text) => `${text} ;`,
  'in quotes with a comma after them': (text) => `"${text}",`,
  'with a comma in the quotes': (text) => `"${text},"`,
};
const OF_TOKENS: Record<string, (text: string) => string> = {
  'after Bearer': (text) => `Bearer ${text}`,
  'after bearer, in small letters and a no-break space': (text) => `bearer\u00a0${text}`,
  'after Bearer and a zero-width space': (text) => `Bearer\u200b${text}`,
  'after Bearer and a line break': (text) => `Bearer\n${text}`,
  'after Authorization': (text) => `Authorization: ${text}`,
  'as a whole header': (text) => `Authorization: Bearer ${text}`,
  'as a whole header in quotes': (text) => `"Authorization: Bearer ${text}"`,
  'as a property': (text) => `"Authorization": "Bearer ${text}",`,
  'as an option of curl': (text) => `-H 'Authorization: Bearer ${text}'`,
  'as a token property': (text) => `"token": "${text}",`,
  'as a variable': (text) => `token=${text}`,
};

describe('a credential as it is pasted', () => {
  for (const [name, dress] of Object.entries({ ...DRESSES, ...OF_TOKENS })) {
    it(name, () => {
      for (const text of [TOKEN, 'Zt0k3n_of-MyElectricalData', 'tok12345'])
        assert.equal(cleanCredential(dress(text)), text);
    });
    it(`${name}: each gateway gets it bare`, () => {
      for (const gateway of ['conso-api', 'my-electrical-data', 'my-electrical-data-v1']) {
        const typed = settingsOf({ gateway, usagePointId: PDL }, { token: dress(TOKEN) });
        assert.equal(typed.gateway.token, TOKEN, gateway);
      }
    });
  }
  for (const [name, dress] of Object.entries(DRESSES)) {
    it(`an application’s, ${name}`, () => {
      const typed = { clientId: dress('an-app-id-0001'), clientSecret: dress('an-app-secret-1') };
      const { clientId, clientSecret } = settingsOf({ gateway: 'data-connect' }, typed).gateway;
      assert.deepEqual([clientId, clientSecret], ['an-app-id-0001', 'an-app-secret-1']);
    });
  }
});

describe('a PDL as it is pasted', () => {
  const groups = {
    'in groups': '225 169 147 142 70',
    'in groups with no-break spaces': '22\u00a0516\u202f914\u00a0714270',
    'in groups with dots': '225.169.147.142.70',
    'in groups with dashes': '22516-914714270',
    'with its name': `PDL : ${PDL}`,
    'with its other name': `PRM ${PDL}`,
    'in wide digits': '２２５１６９１４７１４２７０',
  };
  const dressed = Object.entries(DRESSES).map(([name, dress]) => [name, dress(PDL)] as const);
  for (const [name, text] of [...dressed, ...Object.entries(groups)]) {
    it(name, () => {
      assert.equal(cleanUsagePoint(text), PDL);
      assert.equal(settingsOf({ usagePointId: text }, undefined).usagePointId, PDL);
    });
  }
  it('that isn’t one stays what it is', () => {
    for (const text of ['2251691471427', '225169147142701', 'Linky', ''])
      assert.equal(cleanUsagePoint(text), text);
  });
});

describe('an address as it is pasted', () => {
  for (const [name, dress] of Object.entries(DRESSES)) {
    it(name, () => {
      const address = 'https://relay.example/api';
      assert.equal(cleanAddress(dress(address)), address);
      assert.equal(settingsOf({ baseUrl: dress(address) }, undefined).gateway.baseUrl, address);
    });
  }
});

describe('a variable of the environment that isn’t set', () => {
  const refusal = (action: () => unknown): EnedisError => {
    try {
      action();
    } catch (error) {
      if (error instanceof EnedisError) return error;
    }
    return assert.fail('nothing was said');
  };
  const cases: readonly (readonly [string, Record<string, string>, Record<string, string>])[] = [
    ['the token', { gateway: 'my-electrical-data' }, { token: '${LINKY}' }],
    ['the token, the older way', { gateway: 'conso-api' }, { token: '$(LINKY)' }],
    ['part of the token', { gateway: 'my-electrical-data-v1' }, { token: 'Bearer ${LINKY}' }],
    ['the client id', { gateway: 'data-connect' }, { clientId: '${LINKY}', clientSecret: 'x' }],
    ['the client secret', { gateway: 'data-connect' }, { clientId: 'x', clientSecret: ' ${LINKY} ' }],
    ['the PDL', { usagePointId: '${LINKY}' }, {}],
    ['the gateway', { gateway: '${LINKY}' }, {}],
    ['the direction', { direction: '${LINKY}' }, {}],
    ['the environment', { gateway: 'data-connect', environment: '${LINKY}' }, {}],
    ['the address', { baseUrl: 'https://${LINKY}/api' }, {}],
  ];
  for (const [name, def, typed] of cases) {
    it(`is named: ${name}`, () => {
      const error = refusal(() => settingsOf(def, typed));
      assert.deepEqual([error.code, error.params.variable], ['ENEDIS_CONFIG', 'LINKY']);
    });
  }
  it('doesn’t matter where the gateway has no use for it', () => {
    settingsOf({ gateway: 'demo', baseUrl: '${LINKY}', environment: '${LINKY}' }, { token: '${LINKY}' });
    settingsOf({ gateway: 'conso-api' }, { token: TOKEN, clientId: '${LINKY}' });
  });
});

describe('a token that can’t be one', () => {
  const check = async (kind: string, token: string): Promise<EnedisError> => {
    const { gateway: settings } = settingsOf({ gateway: kind, usagePointId: PDL }, { token });
    const gateway = await openGateway(settings, {
      now: () => NOW,
      send: () => assert.fail('something was sent'),
    });
    try {
      gateway.check(PDL);
    } catch (error) {
      if (error instanceof EnedisError) return error;
    }
    return assert.fail('nothing was said');
  };
  const [header = '', payload = '', signature = ''] = TOKEN.split('.');
  const cut: Record<string, string> = {
    'in the middle': TOKEN.slice(0, half),
    'before its last part': `${header}.${payload}`,
    'after its last point': `${header}.${payload}.`,
    'by three letters': TOKEN.slice(0, -3),
    'by one letter': TOKEN.slice(0, -1),
    'at its beginning': TOKEN.slice(4),
    'within its payload': `${header}.${payload.slice(0, -6)}.${signature}`,
    'to its last part': signature,
  };
  for (const [name, token] of Object.entries(cut)) {
    it(`cut short ${name} is told without a request`, async () => {
      const error = await check('conso-api', token);
      assert.equal(error.reason, 'credentialsRefused');
    });
  }
  for (const [name, token] of Object.entries({
    'a PDL': PDL,
    'an address': 'https://conso.boris.sh/token',
    'a sentence with accents': 'voilà mon jeton',
  })) {
    it(`but is ${name} is told without a request`, async () => {
      for (const kind of ['conso-api', 'my-electrical-data', 'my-electrical-data-v1'])
        assert.equal((await check(kind, token)).reason, 'credentialsRefused', kind);
    });
  }
});
