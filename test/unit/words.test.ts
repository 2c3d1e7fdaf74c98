/** The runtime speaks the language that is set, and French where nothing says otherwise. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NodeAPI } from 'node-red';
import { EnedisError } from '../../lib/errors';
import { flowError } from '../../nodes/shared/failure';
import { text } from '../../nodes/shared/words';

/** A Node-RED of which only the language is known, in an environment of the test's own. */
function ready(lang: string | undefined, env: Record<string, string> = {}): string {
  const before = { ...process.env };
  for (const name of ['LC_ALL', 'LC_MESSAGES', 'LANG']) delete process.env[name];
  Object.assign(process.env, env);
  try {
    return text(runtime(lang), 'enedis-fetch-yesterday', 'status.ready');
  } finally {
    process.env = before;
  }
}

function runtime(lang: string | undefined): NodeAPI {
  return { settings: lang === undefined ? {} : { lang } } as unknown as NodeAPI;
}

describe('the language of statuses and errors', () => {
  it('is the one of the settings, else the system’s, else French', () => {
    const [french, english] = ['prêt', 'ready'];
    assert.equal(ready('en-US', { LANG: 'fr_FR.UTF-8' }), english);
    assert.equal(ready('fr'), french);
    assert.equal(ready(undefined, { LANG: 'fr_FR.UTF-8' }), french);
    assert.equal(ready(undefined, { LANG: 'en_GB.UTF-8' }), english);
    assert.equal(ready(undefined, { LANG: 'fr_FR.UTF-8', LC_ALL: 'de_DE.UTF-8' }), english);
    assert.equal(ready(undefined, { LANG: 'C.UTF-8' }), french);
    assert.equal(ready(undefined), french);
  });

  it('counts', () => {
    const received = (count: number): string =>
      text(runtime('fr'), 'enedis-fetch-yesterday', 'status.received', { count, time: '07:12' });
    assert.notEqual(received(1).replace('1', '2'), received(2));
    assert.ok(received(48).includes('48') && received(48).includes('07:12'));
  });
});

describe('the error a flow receives', () => {
  it('writes a day as people do', () => {
    const expired = new EnedisError('credentialsExpired', { date: '2026-11-09' });
    assert.match(flowError(runtime('fr'), expired).message, /a expiré le 9 novembre 2026\./);
    assert.match(flowError(runtime('en-US'), expired).message, /on November 9, 2026\./);
  });

  it('has a sentence, a code, an advice and, where it is known, when it goes on; nothing else', () => {
    const error = flowError(
      runtime('fr'),
      new EnedisError('quotaBudget', {}, Date.parse('2026-10-25T00:30:00Z')),
    );
    assert.deepEqual(Object.keys(error).sort(), ['advice', 'code', 'retryAt']);
    assert.equal(error.code, 'ENEDIS_QUOTA');
    assert.equal(error.retryAt, '2026-10-25T02:30:00+02:00');
    assert.ok(error.message.endsWith(error.advice) && error.message.length > error.advice.length + 10);
  });

  it('a fault of ours becomes one too, without what it was working on', () => {
    const error = flowError(runtime('en-US'), new TypeError('cannot read 22516914714270 of undefined'));
    assert.equal(error.code, 'ENEDIS_RESPONSE');
    assert.ok(!error.message.includes('22516914714270'));
    assert.equal(error.cause, undefined);
  });
});
