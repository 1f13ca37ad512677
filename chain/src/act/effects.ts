/**
 * Public effects: what an act shows to validators, in bytes.
 *
 *   "k"  [[op, keyId, publicKey or null, group, custody] …]     op 1 add, 2 revoke
 *   "f"  [[op, token] …]                                        op 1 reserve, 2 release, 3 finance, 4 mark
 *   "n"  {"spend": [note …], "create": [note …]}
 *   "g"  [1, name, organisation, operator, consensus key, cosigner key, stake]     admit
 *        [2, name]                                               remove
 *        [3, name, stake]                                        weigh
 *        [4, parameter, value]                                   set; codes as in kind.ts
 *        [5, change]                                             cancel
 *        [6, change, consensus signature, cosigner signature]    ready
 *        [7, change, validator, signature]                       approve
 *        [8, log key, signature]                                 rotate
 *
 * Tokens and pseudonyms only, never a business value; "g" speaks of validators, who are public. What is empty is left out,
 * so that one meaning has one encoding.
 *
 * Pure.
 */
import { hex } from '../crypto/digest.ts';
import type { Encodable, Value } from './codec.ts';
import type {
  Custody,
  FingerprintChange,
  GovernanceEffect,
  KeyChange,
  NoteChange,
  PublicEffects,
} from './kind.ts';
import { parameterNames } from './kind.ts';
import { limits } from './limits.ts';

/** Effects that break a rule of their form. */
export class EffectsError extends Error {
  override readonly name = 'EffectsError';
}

export const noEffects: PublicEffects = {
  keys: [],
  fingerprints: [],
  notes: { spend: [], create: [] },
  governance: null,
};

const noParts: ReadonlyMap<string, Encodable> = new Map();

/** Effects of which only some are named; the others are empty. */
export function wholeEffects(some: Partial<PublicEffects>): PublicEffects {
  return { ...noEffects, ...some };
}

const keyOps = ['add', 'revoke'] as const;
const fingerprintOps = ['reserve', 'release', 'finance', 'mark'] as const;
const governanceOps = [
  ...(['admit', 'remove', 'weigh', 'set', 'cancel', 'ready', 'approve', 'rotate'] as const),
] as const;
const custodies: readonly Custody[] = [
  ...(['device', 'program', 'custodial', 'automation', 'operator', 'network'] as const),
];

export function effectsToValue(effects: PublicEffects): ReadonlyMap<string, Encodable> {
  if (effects === noEffects) return noParts;
  const { keys, fingerprints, notes, governance } = effects;
  const map = new Map<string, Encodable>();
  if (keys.length > 0) {
    map.set(
      'k',
      keys.map(({ op, keyId, publicKey, group, custody }) => [
        codeOf(keyOps, op),
        keyId,
        publicKey,
        group,
        codeOf(custodies, custody),
      ]),
    );
  }
  if (fingerprints.length > 0) {
    map.set(
      'f',
      fingerprints.map(({ op, token }) => [codeOf(fingerprintOps, op), token]),
    );
  }
  if (notes.spend.length + notes.create.length > 0) {
    const { spend, create } = notes;
    map.set('n', new Map<string, Encodable>(Object.entries({ spend, create })));
  }
  if (governance !== null) {
    map.set('g', [codeOf(governanceOps, governance.op), ...governanceParts(governance)]);
  }
  return map;
}

function governanceParts(effect: GovernanceEffect): readonly Encodable[] {
  switch (effect.op) {
    case 'admit': {
      const { name, organisation, operator, consensusKey, cosignerKey, stake } = effect;
      return [name, organisation, operator, consensusKey, cosignerKey, stake];
    }
    case 'remove':
      return [effect.name];
    case 'weigh':
      return [effect.name, effect.stake];
    case 'set':
      return [codeOf(parameterNames, effect.parameter), effect.value];
    case 'cancel':
      return [effect.change];
    case 'ready':
      return [effect.change, effect.consensusSignature, effect.cosignerSignature];
    case 'approve':
      return [effect.change, effect.validator, effect.signature];
    case 'rotate':
      return [effect.logKey, effect.signature];
  }
}

/** The effects that a decoded value states. Refuses unknown parts, empty parts and repeated tokens. */
export function effectsFromValue(value: Value | undefined): PublicEffects {
  if (!(value instanceof Map)) throw new EffectsError('public effects are a map');
  if (value.size === 0) return noEffects;
  const map: ReadonlyMap<string, Value> = value;
  for (const name of map.keys()) {
    if (name !== 'k' && name !== 'f' && name !== 'n' && name !== 'g') {
      throw new EffectsError(`there is no public effect "${name}"`);
    }
  }
  const keys = part(map.get('k'), 'k').map(keyChange);
  const fingerprints = part(map.get('f'), 'f').map(fingerprintChange);
  const notes = noteChange(map.get('n'));
  unrepeated(keys.map(({ keyId }) => keyId));
  unrepeated(fingerprints.map(({ token }) => token));
  unrepeated([...notes.spend, ...notes.create]);
  const governance = governanceEffect(map.get('g'));
  return { keys, fingerprints, notes, governance };
}

function part(value: Value | undefined, name: string): readonly Value[] {
  if (value === undefined) return [];
  const items = list(value, name);
  if (items.length === 0) throw new EffectsError(`an empty "${name}" is left out`);
  return items;
}

function keyChange(value: Value): KeyChange {
  const [op, keyId, publicKey, group, custody, ...rest] = list(value, 'k');
  const change: KeyChange = {
    op: nameOf(keyOps, op),
    keyId: octets(keyId, 16, 'keyId'),
    publicKey: publicKey === null ? null : octets(publicKey, 32, 'publicKey'),
    group: octets(group, 16, 'group'),
    custody: nameOf(custodies, custody),
  };
  if (rest.length > 0) throw new EffectsError('a key change has five parts');
  if ((change.op === 'add') !== (change.publicKey !== null)) {
    throw new EffectsError('a public key is given exactly when a key is added');
  }
  return change;
}

function fingerprintChange(value: Value): FingerprintChange {
  const [op, token, ...rest] = list(value, 'f');
  if (rest.length > 0) throw new EffectsError('a fingerprint change has two parts');
  return { op: nameOf(fingerprintOps, op), token: octets(token, 32, 'token') };
}

function noteChange(value: Value | undefined): NoteChange {
  if (value === undefined) return noEffects.notes;
  const map: ReadonlyMap<string, Value> | undefined = value instanceof Map ? value : undefined;
  const spend = map?.get('spend');
  const create = map?.get('create');
  if (map?.size !== 2 || spend === undefined || create === undefined) {
    throw new EffectsError('"n" has exactly spend and create');
  }
  const change = {
    spend: list(spend, 'spend').map((note) => octets(note, 32, 'note')),
    create: list(create, 'create').map((note) => octets(note, 32, 'note')),
  };
  if (change.spend.length + change.create.length === 0) {
    throw new EffectsError('an empty "n" is left out');
  }
  return change;
}

/** Exactly the parts of its op, each of its form; what they mean is judged by the state. */
function governanceEffect(value: Value | undefined): GovernanceEffect | null {
  if (value === undefined) return null;
  const [code, ...parts] = list(value, 'g');
  const op = nameOf(governanceOps, code);
  const effect = governanceOf(op, parts);
  if (governanceParts(effect).length !== parts.length) {
    throw new EffectsError(`"g" has exactly the parts of ${op}`);
  }
  return effect;
}

function governanceOf(op: GovernanceEffect['op'], parts: readonly Value[]): GovernanceEffect {
  const [first, second, third, fourth, fifth, sixth] = parts;
  switch (op) {
    case 'admit':
      return {
        op,
        name: label(first),
        organisation: label(second),
        operator: label(third),
        consensusKey: octets(fourth, 32, 'consensus key'),
        cosignerKey: octets(fifth, 32, 'cosigner key'),
        stake: amount(sixth),
      };
    case 'remove':
      return { op, name: label(first) };
    case 'weigh':
      return { op, name: label(first), stake: amount(second) };
    case 'set':
      return { op, parameter: nameOf(parameterNames, first), value: amount(second) };
    case 'cancel':
      return { op, change: octets(first, 32, 'change') };
    case 'ready':
      return {
        op,
        change: octets(first, 32, 'change'),
        consensusSignature: octets(second, 64, 'signature'),
        cosignerSignature: octets(third, 64, 'signature'),
      };
    case 'approve':
      return {
        op,
        change: octets(first, 32, 'change'),
        validator: label(second),
        signature: octets(third, 64, 'signature'),
      };
    case 'rotate':
      return {
        op,
        logKey: octets(first, 32, 'log key'),
        signature: octets(second, 64, 'signature'),
      };
  }
}

function label(value: Value | undefined): string {
  if (typeof value === 'string' && value !== '' && value.length <= limits.nameCharactersMax) {
    return value;
  }
  throw new EffectsError(`a name has 1 to ${limits.nameCharactersMax} characters`);
}

function amount(value: Value | undefined): bigint {
  if (typeof value === 'bigint' && value >= 0n && value <= 2n ** 62n) return value;
  throw new EffectsError('a stake or value is a whole number up to 2^62');
}

function list(value: Value, name: string): readonly Value[] {
  if (!Array.isArray(value) || value.length > limits.listMax) {
    throw new EffectsError(`"${name}" is a list of at most ${limits.listMax}`);
  }
  return value;
}

function unrepeated(tokens: readonly Uint8Array[]): void {
  if (tokens.length < 2) return;
  if (new Set(tokens.map(hex)).size !== tokens.length) {
    throw new EffectsError('a token stands once in an act');
  }
}

function codeOf<T extends string>(names: readonly T[], name: T): bigint {
  return BigInt(names.indexOf(name) + 1);
}

function nameOf<T extends string>(names: readonly T[], code: Value | undefined): T {
  const name = typeof code === 'bigint' ? names[Number(code) - 1] : undefined;
  if (name === undefined) throw new EffectsError('a code is one of its list');
  return name;
}

function octets(value: Value | undefined, length: number, name: string): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length !== length) {
    throw new EffectsError(`${name} has ${length} octets`);
  }
  return value;
}
