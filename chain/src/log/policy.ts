/**
 * How many must have signed: more than two thirds of the stake, exactly.
 *
 * Our own policy weighs stake in whole numbers. For programs that only count,
 * a C2SP tlog-policy file says k of n, with k the smallest number such that even
 * the k lightest validators hold more than two thirds: it never accepts what the
 * weighted policy refuses.
 *
 * Pure.
 */

import type { Value } from '../act/codec.ts';
import { encode } from '../act/codec.ts';
import { limits } from '../act/limits.ts';
import { domain, sha256 } from '../crypto/digest.ts';
import { admitPublicKey } from '../crypto/ed25519.ts';
import { cosignerKeyType, isNoteName, logKeyType, NoteError, verifierKey } from './checkpoint.ts';

/** One who votes and cosigns, with the organisation that it stands for and who runs it. */
export type Validator = {
  readonly name: string;
  readonly organisation: string;
  /** Who runs the machine; one operator for all is said on every proof. */
  readonly operator: string;
  readonly consensusKey: Uint8Array;
  readonly cosignerKey: Uint8Array;
  readonly stake: bigint;
};

/** Whether `weight` of `total` is a quorum: strictly more than two thirds. */
export function isQuorum(weight: bigint, total: bigint): boolean {
  return 3n * weight > 2n * total;
}

export function stakeOf(validators: readonly Validator[]): bigint {
  return validators.reduce((sum, { stake }) => sum + stake, 0n);
}

/** The smallest count of validators that is a quorum whoever they are. */
export function countPolicy(validators: readonly Validator[]): number {
  const total = stakeOf(validators);
  const lightest = validators
    .map(({ stake }) => stake)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  let weight = 0n;
  const count = lightest.findIndex((stake) => {
    weight += stake;
    return isQuorum(weight, total);
  });
  return count + 1;
}

/** The C2SP tlog-policy file of one epoch. */
export function tlogPolicy(
  origin: string,
  logKey: Uint8Array,
  validators: readonly Validator[],
): string {
  const names = validators.map((_, order) => `w${order + 1}`);
  const witnesses = validators.map(
    ({ name, cosignerKey }, order) =>
      `witness ${names[order]} ${verifierKey(name, cosignerKeyType, cosignerKey)}`,
  );
  return [
    `log ${verifierKey(origin, logKeyType, logKey)}`,
    ...witnesses,
    `group validators ${countPolicy(validators)} ${names.join(' ')}`,
    'quorum validators',
    '',
  ].join('\n');
}

/** What an epoch's policy is made of; a reign and the name of the log have it. */
export type PolicyOf = {
  readonly origin: string;
  readonly epoch: bigint;
  readonly firstSize: bigint;
  readonly logKey: Uint8Array;
  readonly validators: readonly Validator[];
};

/**
 * Our own policy of one epoch as a file: who weighs what, how much is enough, and beside it the count
 * that is always enough. JSON with two spaces and a line feed at the end; numbers are decimal text.
 */
export function weightedPolicy(policy: PolicyOf): string {
  const { origin, epoch, firstSize, logKey, validators } = policy;
  const total = stakeOf(validators);
  const json = {
    format: 'tallystick-policy/1',
    origin,
    epoch: `${epoch}`,
    firstSize: `${firstSize}`,
    log: verifierKey(origin, logKeyType, logKey),
    quorum: 'stake > 2/3',
    stakeTotal: `${total}`,
    stakeEnough: `${(2n * total) / 3n + 1n}`,
    validators: validators.map(({ name, organisation, operator, cosignerKey, stake }) => ({
      name,
      organisation,
      operator,
      stake: `${stake}`,
      cosigner: verifierKey(name, cosignerKeyType, cosignerKey),
    })),
    countEnough: `${countPolicy(validators)}`,
    countTotal: `${validators.length}`,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

/**
 * The set, when it may judge: each name, consensus key and cosigner key once, keys
 * admitted by the one rule, stakes positive and at most 2^62 together. Throws NoteError naming the rule.
 */
export function checkedValidators(validators: readonly Validator[]): readonly Validator[] {
  if (validators.length === 0 || validators.length > limits.validatorsMax) {
    throw new NoteError(`an epoch has 1 to ${limits.validatorsMax} validators`);
  }
  const keys = validators.flatMap(({ consensusKey, cosignerKey }) => [consensusKey, cosignerKey]);
  if (new Set(keys.map((key) => key.join())).size !== keys.length) {
    throw new NoteError('every key of an epoch serves one purpose of one validator');
  }
  if (new Set(validators.map(({ name }) => name)).size !== validators.length) {
    throw new NoteError('every validator has its own name');
  }
  if (stakeOf(validators) > 2n ** 62n) throw new NoteError('all stake together is at most 2^62');
  for (const { name, organisation, operator, consensusKey, cosignerKey, stake } of validators) {
    if (!isNoteName(name)) throw new NoteError('a validator has a name without spaces');
    if (organisation === '' || operator === '') {
      throw new NoteError(`${name} names its organisation and its operator`);
    }
    if (stake <= 0n) throw new NoteError(`${name} has a positive stake`);
    for (const key of [consensusKey, cosignerKey]) {
      const admission = admitPublicKey(key);
      if (admission !== 'ok') throw new NoteError(`a key of ${name} is not admitted: ${admission}`);
    }
  }
  return validators;
}

/** The set as it stands in a handover: [[name, organisation, operator, consensus key, cosigner key, stake] …]. */
export function validatorsToValue(validators: readonly Validator[]): readonly Value[] {
  return validators.map(({ name, organisation, operator, consensusKey, cosignerKey, stake }) => [
    ...[name, organisation, operator],
    ...[consensusKey, cosignerKey],
    stake,
  ]);
}

export function validatorsFromValue(value: Value | undefined): readonly Validator[] {
  if (!Array.isArray(value)) throw new NoteError('the validators are a list');
  return checkedValidators(value.map(validatorFromValue));
}

/** The digest of an epoch's set, as block headers commit to it. The order of the set counts. */
export function validatorSetHash(validators: readonly Validator[]): Uint8Array {
  return sha256(domain('validators'), encode(validatorsToValue(validators)));
}

function validatorFromValue(value: Value): Validator {
  const parts: readonly Value[] = Array.isArray(value) && value.length === 6 ? value : [];
  const [name, organisation, operator, consensusKey, cosignerKey, stake] = parts;
  if (
    typeof name !== 'string' ||
    typeof organisation !== 'string' ||
    typeof operator !== 'string' ||
    !(consensusKey instanceof Uint8Array) ||
    !(cosignerKey instanceof Uint8Array) ||
    typeof stake !== 'bigint'
  ) {
    throw new NoteError('a validator is three names, two keys and a stake');
  }
  return { name, organisation, operator, consensusKey, cosignerKey, stake };
}
