/**
 * What a kind of act is: its name, version, and the ordered fields of its body.
 *
 * The order of the fields is part of the protocol: field i of a kind is leaf i
 * of its body, so a disclosed leaf can never be passed off as another field.
 * A released (name, version) never changes; a new field is a new version.
 *
 * Pure data and pure functions; browser, server and verifier read the same.
 */

/**
 * The type of one field. A `?` admits null.
 *
 * text    NFC text · id     an object's id · date   'YYYY-MM-DD' · int    64-bit integer
 * bool    true or false · bytes  octets · money  [minor units, ISO 4217 code]
 * texts   a list of texts · ids    a list of ids · moneys a list of money
 */
export type FieldType = BaseType | 'text?' | 'id?' | 'date?' | 'int?' | 'bytes?' | 'money?';
type BaseType =
  | 'text'
  | 'id'
  | 'date'
  | 'int'
  | 'bool'
  | 'bytes'
  | 'money'
  | 'texts'
  | 'ids'
  | 'moneys';

/** An amount as it stands in a body: minor units and currency, in that order. */
export type MoneyValue = readonly [minor: bigint, currency: string];

export type ValueOf<T extends FieldType> = T extends `${infer B extends BaseType}?`
  ? ValueOf<B> | null
  : T extends 'text' | 'id' | 'date'
    ? string
    : T extends 'int'
      ? bigint
      : T extends 'bool'
        ? boolean
        : T extends 'bytes'
          ? Uint8Array
          : T extends 'money'
            ? MoneyValue
            : T extends 'texts' | 'ids'
              ? readonly string[]
              : T extends 'moneys'
                ? readonly MoneyValue[]
                : never;

export type FieldValue = ValueOf<FieldType>;

/** What the signer's context adds to every body, before the kind's own fields. */
export const commonFields = {
  /** The organisation that acts. */
  party: 'id',
  /** The person who acts; null for the platform's automation. */
  person: 'id?',
  /** The mandate that person acts under; null where the kind needs none. */
  mandate: 'id?',
  /** The business day on which it is done; the movable clock of tests and demo. */
  businessDate: 'date',
} as const satisfies Record<string, FieldType>;

export type Fields = Readonly<Record<string, FieldType>>;
export type FieldsOf<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };
export type CommonBody = FieldsOf<typeof commonFields>;

/** Public marks that a context supplies because the signer cannot compute them. */
export type EffectFacts = {
  /** The keyed token of the thing that may be used once (an invoice's fingerprint). */
  readonly fingerprint?: Uint8Array;
  /** The live notes that this act consumes, in the order of its objects. */
  readonly notes?: readonly Uint8Array[];
  /** The pseudonym of the organisation that owns a key being registered. */
  readonly group?: Uint8Array;
};

export type KeyChange = {
  readonly op: 'add' | 'revoke';
  readonly keyId: Uint8Array;
  readonly publicKey: Uint8Array | null;
  readonly group: Uint8Array;
  readonly custody: Custody;
};
export type FingerprintChange = {
  readonly op: 'reserve' | 'release' | 'finance' | 'mark';
  readonly token: Uint8Array;
};
export type NoteChange = {
  readonly spend: readonly Uint8Array[];
  readonly create: readonly Uint8Array[];
};

/** What governance may set; each is a whole number. Codes count from 1 in this order. */
export const parameterNames = [
  'stage',
  'epochBlocks',
  'timeLockMs',
  'evidenceMs',
  'unbondingMs',
  'slashBps',
  'membersMin',
] as const;
export type ParameterName = (typeof parameterNames)[number];

/** What governance may decide about the network; it waits for its time lock (core/governance.ts). */
export type Proposal =
  | {
      readonly op: 'admit';
      readonly name: string;
      readonly organisation: string;
      readonly operator: string;
      readonly consensusKey: Uint8Array;
      readonly cosignerKey: Uint8Array;
      readonly stake: bigint;
    }
  | { readonly op: 'remove'; readonly name: string }
  | { readonly op: 'weigh'; readonly name: string; readonly stake: bigint }
  | { readonly op: 'set'; readonly parameter: ParameterName; readonly value: bigint }
  /** Another key for the log's own signature line. */
  | { readonly op: 'rotate'; readonly logKey: Uint8Array };

/** A change is named by the hash of the act that proposed it. */
export type GovernanceEffect =
  | Exclude<Proposal, { readonly op: 'rotate' }>
  /** The new key signs, so that no log is handed to a key that nobody holds. */
  | { readonly op: 'rotate'; readonly logKey: Uint8Array; readonly signature: Uint8Array }
  | { readonly op: 'cancel'; readonly change: Uint8Array }
  /** The validator that a change admits holds its keys and is there: each key signs. */
  | {
      readonly op: 'ready';
      readonly change: Uint8Array;
      readonly consensusSignature: Uint8Array;
      readonly cosignerSignature: Uint8Array;
    }
  /** A validator of the set agrees to a change, by its consensus key. */
  | {
      readonly op: 'approve';
      readonly change: Uint8Array;
      readonly validator: string;
      readonly signature: Uint8Array;
    };

/**
 * Who holds the private key: a browser, a program, the platform for a person, the platform itself, or whoever
 * runs a machine of the network; the last signs what is said about the network, and nothing else.
 */
export type Custody = 'device' | 'program' | 'custodial' | 'automation' | 'operator' | 'network';

/** What an act shows to validators and to the world. Tokens only, never a business value. */
export type PublicEffects = {
  readonly keys: readonly KeyChange[];
  readonly fingerprints: readonly FingerprintChange[];
  readonly notes: NoteChange;
  /** At most one: a change is named by its act. */
  readonly governance: GovernanceEffect | null;
};

export type EffectInput<F extends Fields> = {
  readonly fields: FieldsOf<F> & CommonBody;
  readonly channel: Uint8Array;
  readonly facts: EffectFacts;
  /** `note(i)`: the id of the i-th note that this act creates. */
  readonly note: (order: number) => Uint8Array;
  /** `keyId(publicKey)`: the pseudonym of a key in this act's channel. */
  readonly keyId: (publicKey: Uint8Array) => Uint8Array;
};

export type ActKind<N extends string = string, F extends Fields = Fields> = {
  readonly name: N;
  readonly version: number;
  readonly fields: F;
  /** True when the chain decides it: effects are applied only once its block is final. */
  readonly contested: boolean;
  /** True when only the platform's automation signs it, because anyone can re-derive it. */
  readonly automatic: boolean;
  readonly effects?: (input: EffectInput<F>) => Partial<PublicEffects>;
};

/** Declares a kind of act. Write the fields in the order of their leaves. */
export function kind<const N extends string, const F extends Fields>(
  name: N,
  fields: F,
  options: {
    readonly contested?: boolean;
    readonly automatic?: boolean;
    readonly effects?: (input: EffectInput<F>) => Partial<PublicEffects>;
  } = {},
): ActKind<N, F> {
  return {
    name,
    version: 1,
    fields,
    contested: options.contested ?? false,
    automatic: options.automatic ?? false,
    ...(options.effects === undefined ? {} : { effects: options.effects }),
  };
}
