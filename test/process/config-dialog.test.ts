/**
 * Who may ask what of the dialog's routes in a Node-RED with users: only an editor may test or authorize, and the return
 * from Enedis, which comes without any right, is let in to be judged by its state.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type NodeRed, startNodeRed } from '../support/node-red';

/** bcrypt of `password`. */
const PASSWORD = '$2b$08$uSjpLsprkWW4xoMan7kereR44Njl4TfGgnhsp7X.q41glGJmH9EFG';
const DEMO = JSON.stringify({ gateway: 'demo', usagePointId: '22516914714270' });

describe('the dialog of a meter, in a Node-RED with users', { timeout: 120_000 }, () => {
  let nodeRed: NodeRed;

  before(async () => {
    const user = (username: string, permissions: string): object => ({
      username,
      password: PASSWORD,
      permissions,
    });
    nodeRed = await startNodeRed({
      settings: {
        adminAuth: { type: 'credentials', users: [user('editor', '*'), user('reader', 'read')] },
      },
    });
  });
  after(async () => {
    await nodeRed?.kill();
  });

  async function headersOf(username: string): Promise<Record<string, string>> {
    const answer = await nodeRed.request('auth/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_id: 'node-red-admin',
        grant_type: 'password',
        scope: '*',
        username,
        password: 'password',
      }),
    });
    const { access_token } = (await answer.json()) as { access_token: string };
    return { authorization: `Bearer ${access_token}` };
  }

  async function statuses(headers: Record<string, string>): Promise<number[]> {
    const post = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: DEMO };
    const answers = await Promise.all([
      nodeRed.request('enedis-config/test', post),
      nodeRed.request('enedis-config/authorize', post),
      nodeRed.request('enedis-config/authorize/some-state', { headers }),
    ]);
    return answers.map(({ status }) => status);
  }

  it('refuses whoever isn’t signed in, and whoever may only read', async () => {
    assert.deepEqual(await statuses({}), [401, 401, 401]);
    assert.deepEqual(await statuses(await headersOf('reader')), [401, 401, 401]);
  });

  it('answers an editor', async () => {
    assert.deepEqual(await statuses(await headersOf('editor')), [200, 200, 200]);
  });

  it('answers the editor, not a page elsewhere that has an editor’s browser ask', async () => {
    const headers = { ...(await headersOf('editor')), 'content-type': 'application/json' };
    const failed = async (path: string, site: string): Promise<string | undefined> => {
      const answer = await nodeRed.request(`enedis-config/${path}`, {
        method: 'POST',
        headers: { ...headers, 'sec-fetch-site': site },
        body: DEMO,
      });
      const { failure } = (await answer.json()) as { failure?: { params: { property?: string } } };
      return failure?.params.property;
    };
    for (const path of ['test', 'authorize']) {
      for (const site of ['cross-site', 'same-site'])
        assert.equal(await failed(path, site), 'Sec-Fetch-Site', `${path} ${site}`);
    }
    assert.equal(await failed('test', 'same-origin'), undefined);
  });

  it('meets the return from Enedis with a page, whoever brings it', async () => {
    const answer = await nodeRed.request(
      'enedis-config/callback?state=forged&usage_point_id=22516914714270',
      {
        headers: { 'accept-language': 'en' },
      },
    );
    assert.equal(answer.status, 400);
    const page = await answer.text();
    assert.match(page, /<html lang="en-US">/);
    assert.ok(!page.includes('22516914714270'));
  });
});
