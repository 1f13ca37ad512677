/**
 * What a slice knows of an act: its typed body, who acts, and the reader of the rows it needs.
 *
 * A handler decides one kind of act. It reads only through `Reader`, takes time and ids from the
 * act, and so gives the same answer in the server and, years later, in the audit.
 */
import type { EffectFacts } from '../../../chain/src/act/kind.ts';
import type { BodyOf, KindName } from '../../../chain/src/act/kinds.ts';
import type { Row } from './change.ts';
import type { Decision } from './decision.ts';
import type { BusinessDate, Moment } from './time.ts';

/** Rows by table: from PostgreSQL in the server, from memory in the audit. Folded tables only. */
export type Reader = {
  /** The row of that id, or null. */
  get<R extends Row>(table: string, id: string): Promise<R | null>;
  /** All rows whose column equals the value, in the order of their ids. At most 10,000, more is a bug. */
  where<R extends Row>(table: string, column: string, value: string): Promise<readonly R[]>;
  /** The sum of a whole-number column over all rows whose columns equal the values, however many they are. */
  total(table: string, by: Readonly<Record<string, string>>, column: string): Promise<bigint>;
};

export type Act<N extends KindName = KindName> = {
  readonly kind: N;
  readonly hash: Uint8Array;
  readonly body: BodyOf<N>;
  /** The organisation that acts. */
  readonly party: string;
  /** The person who acts; null for the automation. */
  readonly person: string | null;
  /** When it was made, by the server's clock; monotone per key. */
  readonly at: Moment;
  readonly businessDate: BusinessDate;
  /** The n-th new id of this act, with its prefix: `act.id('inv', 0)`. */
  readonly id: (prefix: string, order: number) => string;
  /** The n-th note that this act creates on the chain. */
  readonly note: (order: number) => Uint8Array;
  /** The pseudonym of a key in this act's channel, hex. */
  readonly keyId: (publicKey: Uint8Array) => string;
};

/** Organisations by the part that they play, such as 'buyer'. */
export type Parts = Readonly<Record<string, string>>;

/** What a mandate must allow: an action, and the amount it must cover if one is promised. */
export type NeededMandate = {
  readonly action: string;
  readonly amount: readonly [minor: bigint, currency: string] | null;
};

export type Handler<N extends KindName = KindName> = {
  readonly kind: N;
  /** Ids of the objects that the act changes: their last acts become the act's references. */
  readonly objects: (body: BodyOf<N>) => readonly string[];
  /**
   * Ids that the acting organisation must be able to see; `objects` where nothing is said. What it
   * cannot see is not found, before mandates and rules are looked at.
   */
  readonly sees?: (body: BodyOf<N>) => readonly string[];
  /** Tokens for the public effects that the signer cannot compute: fingerprint, live notes, group. */
  readonly facts?: (reader: Reader, body: BodyOf<N>, secrets: Secrets) => Promise<EffectFacts>;
  /** Which mandate the kind needs: an action, and the amount it must cover. */
  readonly mandate?: (body: BodyOf<N>) => NeededMandate | null;
  /**
   * Who takes on something new by the act, organisations by their part in it; the act is refused while
   * one of them is suspended. Of what is not there it says nothing.
   */
  readonly exposes?: (reader: Reader, act: Act<N>) => Promise<Parts>;
  /** Loads, permits, decides. Pure but for the reader. Unseen objects are thrown as not found. */
  readonly decide: (reader: Reader, act: Act<N>) => Promise<Decision>;
};

/** Keyed functions of the server whose keys no one else holds. */
export type Secrets = {
  /** The token of a thing that may be used once; versioned HMAC-SHA256 over canonical text. */
  readonly fingerprint: (canonical: string) => Uint8Array;
  /** The pseudonym of an organisation among the keys of the chain, 16 octets. */
  readonly group: (party: string) => Uint8Array;
};

/** A handler, its kind forgotten, so that handlers of all kinds stand in one list. */
export type AnyHandler = Handler;

/** Checks a handler against its own kind, then forgets which it is. */
export function handler<N extends KindName>(each: Handler<N>): AnyHandler {
  return each as unknown as AnyHandler;
}
