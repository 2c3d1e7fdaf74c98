/** Whose failure it is, the series' or the meter's: what was shown so far on one side, the verdict on the other. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EnedisError, type Reason } from '../../lib/errors';
import {
  NOTHING_SHOWN,
  soonestOver,
  verdictOf,
  withAnswer,
  withFailure,
  witnessesFirst,
  type Evidence,
  type Verdict,
  type Witness,
} from '../../lib/meter/series-rule';

describe('whose failure it is', () => {
  const shown = (...steps: ('works' | [series: string, reason: Reason])[]): Evidence => {
    let evidence = NOTHING_SHOWN;
    for (const step of steps)
      evidence =
        step === 'works' ? withAnswer(evidence) : withFailure(evidence, step[0], new EnedisError(step[1]));
    return evidence;
  };
  const rows: { name: string; reason: Reason; evidence: Evidence; verdict: Verdict }[] = [
    { name: 'the first to be asked', reason: 'consentMissing', evidence: NOTHING_SHOWN, verdict: 'unclear' },
    { name: 'another one works', reason: 'consentMissing', evidence: shown('works'), verdict: 'series' },
    {
      name: 'another one fails alike',
      reason: 'consentMissing',
      evidence: shown(['a', 'consentNotHolder']),
      verdict: 'meter',
    },
    {
      name: 'another one fails in another way',
      reason: 'gatewayFailing',
      evidence: shown(['a', 'consentMissing']),
      verdict: 'meter',
    },
    {
      name: 'the same one failed before',
      reason: 'gatewayFailing',
      evidence: shown(['b', 'gatewayFailing']),
      verdict: 'unclear',
    },
    {
      name: 'another one failed, a third works',
      reason: 'gatewayFailing',
      evidence: shown(['a', 'gatewayFailing'], 'works'),
      verdict: 'series',
    },
    {
      name: 'a direction the meter doesn’t have',
      reason: 'wrongDirection',
      evidence: NOTHING_SHOWN,
      verdict: 'series',
    },
    { name: 'the allowance is spent', reason: 'quotaDay', evidence: shown('works'), verdict: 'meter' },
    { name: 'no credentials', reason: 'credentialsMissing', evidence: NOTHING_SHOWN, verdict: 'meter' },
    {
      name: 'a refusal of its own shows nothing of others',
      reason: 'responseTruncated',
      evidence: shown(['a', 'collectionOpposed']),
      verdict: 'unclear',
    },
  ];
  for (const { name, reason, evidence, verdict } of rows) {
    it(`${name}: ${verdict}`, () => assert.equal(verdictOf(new EnedisError(reason), 'b', evidence), verdict));
  }
});

it('what may pass by itself decides when the meter is asked again, not what a person has to mend', () => {
  const failures = (['consentMissing', 'gatewayFailing', 'noData'] as Reason[]).map((reason) => ({
    error: new EnedisError(reason),
  }));
  const soonest = soonestOver(failures)!.error;
  assert.equal(typeof soonest.retry, 'number');
  assert.ok(
    failures.every(({ error: { retry } }) => typeof retry !== 'number' || retry >= Number(soonest.retry)),
  );
  assert.equal(soonestOver([]), undefined);
});

describe('whom to ask to know', () => {
  const witness = (
    direction: 'consumption' | 'production',
    series: 'daily' | 'loadCurve' | 'maxPower',
    workedOn?: string,
    askedAt?: number,
  ): Witness => ({ key: { direction, series }, workedOn, askedAt });
  const failed = { direction: 'consumption', series: 'daily' } as const;
  const order = (witnesses: Witness[]): string[] =>
    witnessesFirst(failed, witnesses).map(({ key }) => `${key.direction}/${key.series}`);

  it('the one that worked last, the other direction before its own, then the one asked longest ago', () => {
    assert.deepEqual(
      order([
        witness('consumption', 'maxPower', '2026-06-10'),
        witness('consumption', 'loadCurve', '2026-06-11'),
        witness('production', 'daily', '2026-06-11'),
        witness('production', 'loadCurve'),
      ]),
      ['production/daily', 'consumption/loadCurve', 'consumption/maxPower', 'production/loadCurve'],
    );
    assert.deepEqual(
      order([
        witness('consumption', 'maxPower', undefined, 2),
        witness('consumption', 'loadCurve', undefined, 1),
      ]),
      ['consumption/loadCurve', 'consumption/maxPower'],
    );
  });
});
