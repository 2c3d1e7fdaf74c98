/**
 * All that is to be known of a gateway before it is opened. Each gateway defines itself in a file of its own and has a row
 * in `index.ts`; the config node, its dialog, the budget, the failures and the test of the access go by what stands here.
 */
import type { CredentialField, Gateway, GatewaySettings, GatewayTools } from './gateway';
import type { LabelledEdge } from './points/stamped';
import type { Refusal } from './refusals';

/** At most so many requests within any stretch of time of that length. */
export interface Allowance {
  requests: number;
  /** Length of the rolling window in ms. */
  within: number;
}

/**
 * What a gateway allows. All of it holds at once: a request leaves when every allowance has room and the last one is far
 * enough back. Windows are rolling, which keeps every calendar hour or day within the limit too, wherever the gateway's
 * own counter starts. Stay well below what the gateway says: other programs share the address, account or application.
 */
export interface GatewayRules {
  allowances: readonly Allowance[];
  /** Of each allowance of hours or more, how many are kept for the daily collection: a backfill can't have them. */
  keptForDaily: number;
  /** The least time between two requests, in ms. */
  spacing: number;
  /** What the gateway counts by: everybody behind the address, or one token or application. */
  countedBy: 'address' | 'credentials';
}

/** What a token says of itself. Nothing is verified: whether it is genuine is the gateway's business. */
export interface TokenClaims {
  /** The PDL it opens; empty when it doesn't say. */
  usagePointIds: string[];
  /** Epoch ms; null for a date that isn't given, or can't be one. */
  issuedAt: number | null;
  /** Epoch ms; null as above. */
  expiresAt: number | null;
}

/** One gateway. Loaded when Node-RED starts, so that what only requests need is imported when it is opened. */
export interface GatewayDefinition<Kind extends string = string> {
  /** As nodes save it: a name given once stays. Its words in the catalogues go by it. */
  readonly kind: Kind;
  /** Where it is asked when the user gives no other address, without a final slash. */
  readonly address: string;
  /** Where it is asked for fictional data, if it has such an address. */
  readonly sandbox?: string;
  /** Answers out of this process: there is no address to give, and its readings are kept apart from real ones. */
  readonly isSimulated?: boolean;
  /** The credentials it wants; the dialog asks for these only. */
  readonly credentials: readonly CredentialField[];
  /** Where people get them; null where none are needed. */
  readonly link: string | null;
  /** What the Authorize button does: open `link`, or lead through Enedis' own consent page. Null: there is no button. */
  readonly authorize: 'link' | 'consent' | null;
  /** Reads a token that says something of itself, such as a JWT; null for a text that is no such token. */
  readonly readToken?: (token: string) => TokenClaims | null;
  /** Which end of its interval it labels a load-curve point with. */
  readonly stamps: LabelledEdge;
  /**
   * Days it gives beyond a series' whole months of history. Enedis keeps 15 (v5 and 2026 documentation).
   */
  readonly historyGraceDays: number;
  /** Stands between the user and Enedis, with credentials of its own there: when those are refused, it isn't the user's. */
  readonly isRelay: boolean;
  /** Rows of the table of failures that hold for this gateway only. */
  readonly refusals: {
    /** Codes and other marks that nobody else has: read right after Enedis' own codes. */
    readonly marks: readonly Refusal[];
    /** Its sentences and statuses: read where nothing that Enedis says has been recognised. */
    readonly words: readonly Refusal[];
  };
  /** Null: nobody is asked anything. */
  readonly rules: GatewayRules | null;
  /**
   * Opens it for one set of settings; called with the definition itself.
   * @throws EnedisError configBaseUrl `{problem}`.
   */
  readonly open: (
    definition: GatewayDefinition,
    settings: GatewaySettings,
    tools: GatewayTools,
  ) => Promise<Gateway>;
}
