/** Acts as handlers see them, without a chain: ids, hashes and notes come from a seed text. */
import { objectId } from '@tallystick/chain/src/act/act.ts';
import type { BodyOf, InputOf, KindName } from '@tallystick/chain/src/act/kinds.ts';
import { sha256, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import type { Act } from '@tallystick/server/src/kernel/act.ts';

export type ActOptions = {
  readonly party: string;
  /** A person by default; null for the automation. */
  readonly person?: string | null;
  readonly at?: bigint;
  readonly businessDate?: string;
  /** Two acts of one seed have the same ids. */
  readonly seed?: string;
};

let acts = 0;

/** 2026-03-02T10:00:00Z. */
export const morning = 1_772_445_600_000n;

export function sliceAct<N extends KindName>(
  kind: N,
  input: InputOf<N>,
  options: ActOptions,
): Act<N> {
  acts += 1;
  const hash = sha256(utf8(options.seed ?? `act ${acts}`));
  const { party, person = 'per_a', businessDate = '2026-03-02' } = options;
  return {
    ...{ kind, hash, party, person, businessDate, at: options.at ?? morning },
    body: { party, person, mandate: null, businessDate, ...input } as BodyOf<N>,
    id: (prefix, order) => objectId(prefix, hash, order),
    note: (order) => sha256(hash, utf8(`note ${order}`)),
    keyId: (publicKey) => Buffer.from(publicKey).toString('hex'),
  };
}
