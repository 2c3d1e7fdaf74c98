/**
 * Every way in which things have been seen, or can be expected, to go wrong around this package: what the fault matrix
 * is made of. Each is switched on before a node asks, and off again nine hours later.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { GatewayKind } from '../../lib/gateways';
import { faults as injected, type Injection } from '../../lib/simulator';
import type { FailureName, FailureShape } from '../../lib/simulator/failures';
import { matches, type LoggedRequest } from '../../lib/simulator/types';
import type { Scene } from './scene';

export interface Fault {
  name: string;
  gateway?: Exclude<GatewayKind, 'demo'>;
  /** Once the nodes are there, before they ask. */
  begin: (scene: Scene) => Running;
  /**
   * Found by a Node-RED that starts: this one is started again as soon as it has begun, `after days` of collecting, of
   * which the files are full, or `at once`.
   */
  restarts?: 'at once' | 'after days';
  /** What arrives meanwhile is right by the fault's own lights: it isn't compared with what Enedis has. */
  asIs?: boolean;
}

/** A fault that is there. */
export interface Running {
  end: () => void;
  /** Whether anybody came upon it: what nobody meets shows nothing. */
  met: () => boolean;
}

export interface Group {
  title: string;
  faults: Fault[];
}

const YESTERDAY = '2026-06-09';

/** What asks for something of a meter: its measures, and what its holder has opened. */
const isAboutData = ({ series, resource }: LoggedRequest): boolean =>
  series !== undefined || resource === 'subscribed_services';

function inject(name: string, fault: Injection['fault'], more: Partial<Injection & Fault> = {}): Fault {
  const { when = isAboutData, times, ...rest } = more;
  return {
    name,
    begin: ({ simulator }) => {
      let met = false;
      const isMeant = (request: LoggedRequest): boolean => {
        const isIt = matches(when, request);
        met ||= isIt;
        return isIt;
      };
      const end = simulator.inject({ fault, when: isMeant, ...(times ? { times } : {}) });
      return { end, met: () => met };
    },
    ...rest,
  };
}

const enedis = (name: FailureName): Fault => inject(`\`${name}\``, injected.error(name));
const shape = (of: FailureShape, words: string): Fault =>
  inject(words, injected.error('technical_error', { shape: of }));
const token = (name: FailureName): Fault =>
  inject(`\`${name}\` for the token`, injected.error(name), {
    gateway: 'data-connect',
    when: { resource: 'token' },
  });
const medV1 = (status: number, detail: string, tag?: string): Fault =>
  inject(`${status} ${tag ?? detail}`, injected.medV1(status, detail, tag), {
    gateway: 'my-electrical-data-v1',
  });
const medV2 = (code: string, status = 200): Fault =>
  inject(`\`${code}\` (${status})`, injected.medV2(code, undefined, status), {
    gateway: 'my-electrical-data',
  });

/** Requests go to another address than the gateway's. */
const diverted = (name: string, to: (url: URL) => void): Fault => ({
  name,
  begin: (scene) => {
    let met = false;
    scene.divert = (url) => {
      met = true;
      to(url);
    };
    return { end: () => (scene.divert = undefined), met: () => met };
  },
});

/** An answer that takes too long, without half a minute of waiting for it. */
const impatiently = (fault: Fault): Fault => ({
  ...fault,
  begin: (scene) => {
    const { end, met } = fault.begin(scene);
    scene.isImpatient = true;
    const endBoth = (): void => {
      end();
      scene.isImpatient = false;
    };
    return { end: endBoth, met };
  },
});

/** Files of the data folder hold this when they are read. */
const file = (
  name: string,
  files: (scene: Scene) => string[],
  text: string,
  isMet: (path: string) => boolean,
  restarts?: Fault['restarts'],
): Fault => ({
  name,
  begin: (scene) => {
    const paths = files(scene);
    for (const path of paths) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    return { end: () => undefined, met: () => paths.every(isMet) };
  },
  ...(restarts ? { restarts } : {}),
});

const isSetAside = (path: string): boolean =>
  readdirSync(dirname(path)).some((name) => name.startsWith(`${basename(path)}.damaged-`));
const isGone = (path: string): boolean => !existsSync(path);

/** The system refuses to write, in its own words; reading goes on. */
function disk(name: string, code: string): Fault {
  return {
    name,
    begin: () => {
      let met = false;
      const failing = (): Promise<never> => {
        met = true;
        return Promise.reject(Object.assign(new Error(code), { code }));
      };
      const { open, mkdir, rename } = promises;
      promises.open = (path, flags, mode) => (flags === 'wx' ? failing() : open(path, flags, mode));
      if (code === 'EROFS') Object.assign(promises, { mkdir: failing, rename: failing });
      return { end: () => Object.assign(promises, { open, mkdir, rename }), met: () => met };
    },
  };
}

const clock = (name: string, wrong: string): Fault => ({
  name,
  begin: (scene) => {
    scene.skewTo(wrong);
    // Nothing is done without a look at the clock.
    return { end: () => scene.putRight(), met: () => true };
  },
});

export const GROUPS: readonly Group[] = [
  {
    title: 'The connection',
    faults: [
      diverted('the name isn’t found (DNS)', (url) => (url.hostname = 'gateway.invalid')),
      diverted('the connection is refused', (url) => (url.port = '1')),
      inject('reset before a byte', injected.reset()),
      inject('reset in the middle of the body', injected.resetMidBody()),
      impatiently(inject('no answer, ever', injected.stall())),
      impatiently(inject('the body stalls half-way', injected.stallMidBody())),
      impatiently(inject('a byte now and then', injected.slowDrip())),
      inject('a body of 64 MB', injected.oversize()),
      inject('a gzip bomb of 256 MB', injected.gzipBomb()),
      inject('a redirect to another host', injected.redirect('https://elsewhere.example/?token=1')),
    ],
  },
  {
    title: 'The answer',
    faults: [
      inject('JSON declared as octet-stream', injected.contentType()),
      inject('JSON declared as HTML', injected.contentType('text/html')),
      inject('a byte-order mark', injected.byteOrderMark()),
      inject('a web page with status 200', injected.html200()),
      inject('no JSON', injected.notJson()),
      inject('nothing at all', injected.respond(200, '')),
      inject('JSON cut off', injected.truncatedJson()),
      inject('JSON of another shape', injected.respond(200, { hello: ['world'] })),
      inject('another meter’s answer', injected.otherUsagePoint('12345678901234')),
      inject('the other direction’s answer', injected.otherDirection()),
      inject('days that weren’t asked for', injected.extraDay()),
      inject('everything twice', injected.duplicates()),
      inject('each point twice', injected.stuttering()),
      inject('points in reverse order', injected.descending()),
      inject('values `null` all day', injected.nullDay(YESTERDAY)),
      inject('values `"null"` all day', injected.nullText(YESTERDAY)),
      inject('values blank all day', injected.blank(YESTERDAY)),
      inject('some values `null`', injected.scatteredNulls(5, YESTERDAY)),
      inject('some points missing', injected.missingPoints(5, YESTERDAY)),
      inject('the day missing', injected.absentDay(YESTERDAY)),
      inject('half a day', injected.partialDay(YESTERDAY, 20), { when: { series: 'loadCurve' } }),
      inject('values −1', injected.value('-1', YESTERDAY)),
      inject('values no number', injected.value('NaN', YESTERDAY)),
      inject('values beyond belief', injected.value('999999999999', YESTERDAY)),
      inject('zeros all day (an empty house)', injected.zero(YESTERDAY), { asIs: true }),
      inject('another step from noon on', injected.stepChange(YESTERDAY), {
        asIs: true,
        when: { series: 'loadCurve' },
      }),
      inject('no load curve, the rest as ever', injected.error('no_data_found'), {
        when: { series: 'loadCurve' },
      }),
    ],
  },
  {
    title: 'One refusal of Enedis in every form it comes in',
    faults: [
      shape('pair', '`{error, error_description}`'),
      shape('pairUri', 'with `error_uri`'),
      shape('codeMessage', '`{code, message}`'),
      shape('codeMessageList', 'a list of `{code, message}`'),
      shape('wso2', 'WSO2, flat'),
      shape('wso2Fault', 'WSO2, `{fault}`'),
      shape('text', 'text'),
      shape('html', 'a web page'),
      shape('reasons', '`{reasons, details}`'),
      shape('cloudflareJson', 'Cloudflare’s JSON'),
    ],
  },
  {
    title: 'What Enedis refuses',
    faults: [
      ...(
        [
          'ADAM-ERR0002',
          'invalid_request',
          'ADAM-ERR0123',
          'ADAM-ERR0126',
          'ADAM-DC-0015',
          'ADAM-ERR0125',
          'ADAM-DC-0016',
          'ADAM-ERR0069',
          'ADAM-ERR0061',
          'ADAM-ERR0075',
          'ADAM-ERR0191',
          'no_subscribed_service',
          'ADAM-DC-0007',
          'ADAM-DC-0008',
          'ADAM-DC-0009',
          'unauthorized_user',
          '900908',
          '900901',
          'no_data_found',
          'STM-ERR-0000014',
          'STM-ERR-0000020',
          'STM-ERR-0000019',
          'quota_q3',
          'quota_q4',
          '900807',
          '900804',
          'technical_error',
          'ADAM-DC-0500',
          'STM-ERR-0000001',
          '500',
          '502',
          '503',
          '404_route',
        ] as const
      ).map(enedis),
      inject('once, then never again', injected.error('technical_error'), { times: 1 }),
    ],
  },
  {
    title: 'Data Connect: the token',
    faults: [
      ...(
        [
          'invalid_request',
          'invalid_client',
          'invalid_grant',
          'invalid_scope',
          'unauthorized_client',
          'unsupported_grant_type',
          'missing_credentials',
          'unsupported_media_type',
          '500',
          '503',
        ] as const
      ).map(token),
      inject('401 for data, once', injected.error('900901'), { gateway: 'data-connect', times: 1 }),
      inject('401 for data, always', injected.error('900901'), { gateway: 'data-connect' }),
      inject('900804 for data', injected.throttled(), { gateway: 'data-connect' }),
    ],
  },
  {
    title: 'Conso API',
    faults: [
      inject('400 Paramètres invalides', injected.conso('parameters')),
      inject('400 no Authorization', injected.conso('authorization')),
      inject('401 token not valid for this PRM', injected.conso('token')),
      inject('405', injected.conso('method')),
      inject('500 token can’t be refreshed', injected.conso('refresh')),
      inject('500 unknown error', injected.conso('unknown')),
      inject('403 page of Cloudflare: the address is banned', injected.cloudflarePage(403)),
      inject('502 page of Cloudflare', injected.cloudflarePage(502)),
      inject('429', injected.tooManyRequests()),
      inject('429, Retry-After two hours', injected.tooManyRequests('7200')),
    ],
  },
  {
    title: 'MyElectricalData v1',
    faults: [
      medV1(409, 'Quota journalier atteint'),
      medV1(403, 'Forbidden'),
      medV1(401, 'Unauthorized'),
      medV1(400, 'Bad request'),
      medV1(404, 'no_data_found: no data found'),
      medV1(422, 'value is not a valid date'),
      medV1(500, 'Internal Server Error'),
      medV1(403, 'token does not match', 'token_refresh_401'),
      medV1(500, 'Enedis', 'enedis_return_ko'),
      medV1(409, 'limit', 'limit_reached'),
      medV1(404, 'client', 'client_not_found'),
      medV1(400, 'usage point', 'usage_point_id_bad_formatted'),
      medV1(503, 'offline', 'service_offline'),
      inject('200 with `null` in its envelope', injected.medV1Nothing(), {
        gateway: 'my-electrical-data-v1',
      }),
    ],
  },
  {
    title: 'MyElectricalData v2',
    faults: [
      medV2('ACCESS_DENIED'),
      medV2('ACCESS_DENIED', 401),
      medV2('ENEDIS_UNAVAILABLE'),
      medV2('RATE_LIMIT_EXCEEDED'),
      medV2('DATE_TOO_OLD'),
      medV2('INVALID_DATE_RANGE'),
      medV2('INVALID_DATE_FORMAT'),
      medV2('ENEDIS_ERROR'),
      medV2('NO_DATA'),
      medV2('PARTIAL_DATA'),
    ],
  },
  {
    title: 'The machine',
    faults: [
      disk('the disk is full', 'ENOSPC'),
      disk('the disk is read-only', 'EROFS'),
      file(
        'the archive is damaged',
        ({ meter }) => archiveFiles(meter),
        '{"version":1,"days":{"2026-06-',
        isSetAside,
        'after days',
      ),
      file(
        'the archive holds something else',
        ({ meter }) => archiveFiles(meter),
        '[]',
        isSetAside,
        'after days',
      ),
      file(
        'what is known of the meter is damaged',
        ({ meter }) => [join(meter, 'state.json')],
        '{"version":1,"series":{"',
        isSetAside,
        'after days',
      ),
      file('the ledger is damaged', ({ ledger }) => [ledger], '{"version":1,"spent":[17', isSetAside),
      file(
        'half-written files of a power cut',
        ({ meter }) => [join(meter, 'state.json.0a1b2c3d.tmp')],
        '{',
        isGone,
        'at once',
      ),
      {
        name: 'another process works on the user directory',
        restarts: 'at once',
        begin: (scene) => {
          mkdirSync(scene.data, { recursive: true });
          const path = join(scene.data, 'in-use.lock');
          writeFileSync(path, JSON.stringify({ id: 'other', host: 'elsewhere', pid: 1 }));
          return {
            end: () => rmSync(path),
            // A node waits, and its status says for whom; a test of the access is refused.
            met: () => /ENEDIS_STORAGE|un autre Node-RED|another Node-RED/.test(JSON.stringify(scene.told)),
          };
        },
      },
      clock('the clock is 400 days ahead', '2027-07-15T12:00:00Z'),
      clock('the clock is a day ahead', '2026-06-11T12:00:00Z'),
      clock('the clock is a day behind', '2026-06-09T12:00:00Z'),
      clock('the clock says 1970', '1970-01-01T00:05:00Z'),
    ],
  },
];

function archiveFiles(meter: string): string[] {
  const names = ['consumption-daily-2026', 'consumption-loadCurve-2026-06', 'consumption-maxPower-2026'];
  return names.map((name) => join(meter, `${name}.json`));
}
