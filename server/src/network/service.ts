/**
 * Governing the network: who validates, with what stake, by which parameters, and the log's key.
 *
 * No row is kept here: the chain holds the record (chain/src/core/governance.ts), and it decides who may
 * propose what in the stage in force. So the handlers check only the form of an act; whether it holds is
 * its outcome on the chain, with the chain's own code.
 */
import { type ParameterName, parameterNames } from '../../../chain/src/act/kind.ts';
import type { KindName } from '../../../chain/src/act/kinds.ts';
import { limits } from '../../../chain/src/act/limits.ts';
import { admitPublicKey } from '../../../chain/src/crypto/ed25519.ts';
import { type AnyHandler, handler } from '../kernel/act.ts';
import { accept, type Refusal, refuse } from '../kernel/decision.ts';

const admin = { action: 'party.admin', amount: null } as const;

/** Stake and values on the chain, at most. */
const amountMax = 2n ** 62n;

const kinds: readonly KindName[] = [
  ...(['validator.admit', 'validator.remove', 'validator.weigh', 'validator.ready'] as const),
  ...(['parameter.set', 'change.cancel', 'change.approve', 'log.rotate'] as const),
];

export const networkHandlers: readonly AnyHandler[] = kinds.map((kind) =>
  handler({
    kind,
    objects: () => [],
    mandate: () => admin,
    decide: async (_reader, act) => {
      const refusal = formOf(act.body) ?? keysOf(act.body);
      return refusal ?? accept(act.id('chg', 0), []);
    },
  }),
);

const octets: Readonly<Record<string, number>> = {
  ...{ change: 32, consensusKey: 32, cosignerKey: 32, logKey: 32 },
  ...{ signature: 64, consensusSignature: 64, cosignerSignature: 64 },
};

/**
 * What of the input would not even fit into an act's public part; null when all does, and for acts about
 * anything else. Asked before an act or its context is built.
 */
export function problemOfForm(kind: KindName, fields: object): Refusal | null {
  return kinds.includes(kind) ? formOf(fields) : null;
}

function formOf(fields: object): Refusal | null {
  for (const [path, seen] of Object.entries(fields)) {
    const expected = rule(path, seen);
    if (expected !== null) {
      const text = seen instanceof Uint8Array ? `${seen.length} octets` : String(seen);
      return refuse('BAD_INPUT', `${path} is not as it must be.`, {
        ...{ path, seen: text.slice(0, 100), expected },
      });
    }
  }
  return null;
}

/** The rule that the field breaks. */
function rule(path: string, seen: unknown): string | null {
  const length = octets[path];
  if (length !== undefined) {
    return seen instanceof Uint8Array && seen.length === length ? null : `${length} octets`;
  }
  switch (path) {
    case 'stake':
    case 'value': {
      const isWithin = typeof seen === 'bigint' && seen >= 0n && seen <= amountMax;
      return isWithin ? null : `0 to ${amountMax}`;
    }
    case 'parameter':
      return isParameter(seen) ? null : parameterNames.join(', ');
    case 'name':
    case 'organisation':
    case 'operator':
    case 'validator': {
      const isText = typeof seen === 'string' && seen !== '';
      const most = limits.nameCharactersMax;
      return isText && seen.length <= most ? null : `1 to ${most} characters`;
    }
    default:
      return null;
  }
}

function isParameter(seen: unknown): seen is ParameterName {
  return parameterNames.some((name) => name === seen);
}

/** A key by which nothing can be signed is better refused here than by the chain. */
function keysOf(fields: object): Refusal | null {
  for (const [path, key] of Object.entries(fields)) {
    if (!path.endsWith('Key') || !(key instanceof Uint8Array)) continue;
    if (admitPublicKey(key) === 'ok') continue;
    return refuse('KEY_NOT_ADMITTED', 'No signature by this key could ever be trusted.', {
      ...{
        path,
        expected: 'an Ed25519 public key',
        help: 'Take a key that was made for this.',
      },
    });
  }
  return null;
}
