/**
 * What a verifier tells: the steps one by one, and then in words what is proven,
 * by whom, when, and how much trust the proof carries.
 *
 * Pure.
 */
import type { Json } from '../act/input.ts';
import type { Custody } from '../act/kind.ts';
import { equalBytes } from '../crypto/digest.ts';
import type { Anchor } from './anchor.ts';
import { checkpointBody } from './checkpoint.ts';
import type { BlockHeader } from './handover.ts';
import type { Reign, Support } from './judge.ts';
import { reignsUntil, supportOf } from './judge.ts';
import { leafHash, verifyInclusion } from './merkle.ts';
import type { SignedCheckpoint } from './note.ts';
import { stakeOf, validatorSetHash } from './policy.ts';
import { type Said, said } from './said.ts';
import type { Step } from './step.ts';
import { StepError, steps, within } from './step.ts';

export type StepResult = {
  readonly step: Step;
  readonly ok: boolean;
  /** False when an earlier failure left this step unjudged. */
  readonly reached: boolean;
  /** What was found, or why the step fails. */
  readonly said: Said;
};

export type Proven = {
  /** The kind of an act with its version, or what else the leaf is. */
  readonly kind: string;
  readonly actHash: string | null;
  /** The code with which the chain refused the act; null when it was accepted. */
  readonly refusal: string | null;
  /** Where the leaf stands; null where the proof is not about one leaf. */
  readonly index: bigint | null;
  /** The block's height and chain time (milliseconds since 1970); null where the file carries no block header. */
  readonly height: bigint | null;
  readonly timeMs: bigint | null;
  /** The shown fields, as JSON. */
  readonly fields: Readonly<Record<string, Json>>;
};

export type SignedBy = {
  readonly keyId: string;
  readonly custody: Custody;
  /** As the key's registration shows them; null where it does not. */
  readonly organisation: string | null;
  readonly person: string | null;
  /** What the mandate's grant shows; null where no grant is in the file. */
  readonly mandate: Readonly<Record<string, Json>> | null;
};

export type Trust = {
  readonly origin: string;
  readonly size: bigint;
  readonly epoch: bigint;
  readonly organisations: readonly string[];
  readonly validatorsSigned: number;
  readonly validatorsTotal: number;
  /** The share of stake is exactly stakeSigned / stakeTotal. */
  readonly stakeSigned: bigint;
  readonly stakeTotal: bigint;
  /** The same share, rounded down to hundredths of a per cent. */
  readonly stakePercent: string;
  /** The latest cosignature, in seconds since 1970. */
  readonly cosignedAt: bigint;
  /** The handovers that lead from the anchor to here, and who vouched for each: the weakest bounds the whole. */
  readonly walked: readonly Walked[];
};

/** One handover: the epoch that it ended, and its signers. */
export type Walked = {
  readonly epoch: bigint;
  readonly organisations: readonly string[];
  readonly validatorsSigned: number;
  readonly validatorsTotal: number;
  readonly stakePercent: string;
};

export type Verdict = {
  readonly ok: boolean;
  readonly outcome: 'proven' | 'unanchored' | 'failed';
  /** The step that failed; null when all hold. */
  readonly failed: Step | null;
  readonly steps: readonly StepResult[];
  readonly proven: Proven | null;
  readonly signedBy: SignedBy | null;
  readonly trust: Trust | null;
  readonly warnings: readonly Said[];
};

/** What the work of all steps found, when all hold. */
export type Findings = {
  readonly proven: Proven;
  readonly signedBy: SignedBy | null;
  readonly trust: Trust;
  readonly warnings: readonly Said[];
};

/** Notes that a step holds, with what was found. */
export type Note = (step: Step, found: Said) => void;

/**
 * Runs the work and tells the verdict. The work notes each step that holds and
 * throws StepError at the first that does not; nothing is said to be proven unless
 * all hold. `told` are the steps that this form of file has.
 */
export function verdictOf(told: readonly Step[], work: (note: Note) => Findings): Verdict {
  const noted = new Map<Step, Said>();
  try {
    const findings = work((step, found) => noted.set(step, found));
    const results = told.map((step) => result(step, noted.get(step)));
    return { ok: true, outcome: 'proven', failed: null, steps: results, ...findings };
  } catch (fault) {
    if (!(fault instanceof StepError)) throw fault;
    const { step: failed, said: why } = fault;
    const listed = told.includes(failed)
      ? told
      : steps.filter((step) => step === failed || told.includes(step));
    return {
      ok: false,
      outcome: fault instanceof UnanchoredError ? 'unanchored' : 'failed',
      failed,
      steps: listed.map((step) =>
        step === failed
          ? { step, ok: false, reached: true, said: why }
          : result(step, noted.get(step)),
      ),
      proven: null,
      signedBy: null,
      trust: null,
      warnings: [],
    };
  }
}

/** There is no anchor: the rest may hold, and proves nothing. */
export class UnanchoredError extends StepError {
  constructor() {
    super('anchor', said('anchor.none', {}));
  }
}

export type Trusted = {
  readonly anchor: Anchor;
  readonly reigns: readonly [...Reign[], Reign];
  readonly trust: Trust;
  readonly warnings: readonly Said[];
};

/**
 * Judges the checkpoint of a proof: that the anchor knows this log, which epoch
 * answers for it, that every signature is valid, and that they are a quorum.
 */
export function trustOf(
  note: Note,
  proof: SignedCheckpoint,
  handovers: readonly string[],
  anchor: Anchor | undefined,
): Trusted {
  const { checkpoint } = proof;
  if (anchor === undefined) throw new UnanchoredError();
  if (checkpoint.origin !== anchor.origin) {
    throw new StepError(
      'anchor',
      said('anchor.otherLog', { anchor: anchor.origin, file: checkpoint.origin }),
    );
  }
  const reigns = within('epoch', () => reignsUntil(anchor, handovers, checkpoint));
  const reign = lastOf(reigns);
  const support = within('signatures', () =>
    supportOf(checkpoint, proof.logLine, proof.cosignatures, reign),
  );
  const trust = trustFrom(proof, reigns, reign, support);
  const { validatorsSigned: signed, validatorsTotal: total } = trust;
  note('signatures', said('signatures.are', { signed, total }));
  const stake = { weight: support.weight, total: support.total, share: trust.stakePercent };
  if (!support.isQuorum) throw new StepError('quorum', tooFew(stake, trust.organisations));
  note('quorum', said('quorum.is', { ...stake, organisations: trust.organisations.length }));
  note('epoch', said('epoch.is', { epoch: reign.epoch, handovers: handovers.length }));
  note('anchor', said('anchor.is', { origin: anchor.origin, epoch: anchor.epoch }));
  return { anchor, reigns, trust, warnings: warningsOf(reigns) };
}

function tooFew(
  stake: { readonly weight: bigint; readonly total: bigint; readonly share: string },
  organisations: readonly string[],
): Said {
  return organisations.length === 0
    ? said('quorum.none', {})
    : said('quorum.short', { ...stake, names: organisations.join(', ') });
}

/** The last reign: the one that answers for the checkpoint. */
export function lastOf([...reigns]: Trusted['reigns']): Reign {
  const last = reigns.at(-1);
  if (last === undefined) throw new RangeError('there is always a reign');
  return last;
}

/** What is told of a checkpoint. Its form was checked when it was read. */
export function checkpointFacts({ checkpoint }: SignedCheckpoint) {
  const [origin = '', size = '', root = ''] = checkpointBody(checkpoint).split('\n');
  return { origin, size, root };
}

function result(step: Step, found: Said | undefined): StepResult {
  return found === undefined
    ? { step, ok: false, reached: false, said: said('not.judged', {}) }
    : { step, ok: true, reached: true, said: found };
}

function trustFrom(
  { checkpoint }: SignedCheckpoint,
  reigns: readonly Reign[],
  reign: Reign,
  support: Support,
): Trust {
  return {
    origin: checkpoint.origin,
    size: checkpoint.size,
    epoch: reign.epoch,
    organisations: organisationsOf(support),
    validatorsSigned: support.signers.length,
    validatorsTotal: reign.validators.length,
    stakeSigned: support.weight,
    stakeTotal: support.total,
    stakePercent: percentOf(support),
    cosignedAt: support.signedAt,
    walked: reigns.flatMap(({ validators, epoch }, order) => {
      const vouched = reigns[order + 1]?.vouched;
      if (vouched === undefined) return [];
      return [
        {
          epoch,
          organisations: organisationsOf(vouched),
          validatorsSigned: vouched.signers.length,
          validatorsTotal: validators.length,
          stakePercent: percentOf(vouched),
        },
      ];
    }),
  };
}

function organisationsOf({ signers }: Support): readonly string[] {
  return [...new Set(signers.map(({ organisation }) => organisation))];
}

/** The share of stake, rounded down to hundredths of a per cent. */
function percentOf({ weight, total }: Support): string {
  const hundredths = (weight * 10_000n) / total;
  return `${hundredths / 100n}.${`${hundredths % 100n}`.padStart(2, '0')}`;
}

/** What a reader should know of those who vouch: of the checkpoint's epoch, and of each on the way to it. */
function warningsOf(reigns: Trusted['reigns']): readonly Said[] {
  const last = lastOf(reigns);
  const earlier = reigns.filter((reign) => reign !== last && operatorsOf(reign).length === 1);
  return [
    ...operatorWarnings(last),
    ...earlier.map((reign) =>
      said('warning.earlierOperator', {
        epoch: reign.epoch,
        operator: operatorsOf(reign).join(),
      }),
    ),
  ];
}

function operatorsOf({ validators }: Reign): readonly string[] {
  return [...new Set(validators.map(({ operator }) => operator))];
}

function operatorWarnings(reign: Reign): readonly Said[] {
  const { validators } = reign;
  const operators = operatorsOf(reign);
  const organisations = new Set(validators.map(({ organisation }) => organisation));
  const total = stakeOf(validators);
  const large = operators.filter(
    (operator) => 3n * stakeOf(validators.filter((each) => each.operator === operator)) >= total,
  );
  const [operator] = operators;
  return [
    ...(operators.length === 1 && operator !== undefined
      ? [said('warning.oneOperator', { count: validators.length, operator })]
      : large.map((each) => said('warning.largeOperator', { operator: each }))),
    ...(organisations.size === 1 ? [said('warning.oneOrganisation', {})] : []),
  ];
}

/** A leaf stands where the place says under the proof's checkpoint; else `absent` is said. */
export function checkIncluded(
  { checkpoint }: SignedCheckpoint,
  leaf: Uint8Array,
  place: { readonly index: bigint; readonly hashes: readonly Uint8Array[] },
  absent: Said,
): void {
  const { index, hashes } = place;
  const { size, root } = checkpoint;
  if (!verifyInclusion({ leaf: leafHash(leaf), index, size, hashes, root })) {
    throw new StepError('inclusion', absent);
  }
}

/** The block is of the anchor's chain, of no later epoch than its checkpoint, and names the set of its own. */
export function checkBlock(block: BlockHeader, { anchor, reigns }: Trusted): void {
  if (!equalBytes(block.chainId, anchor.chainId)) {
    throw new StepError('anchor', said('anchor.otherChain', {}));
  }
  if (block.epoch > lastOf(reigns).epoch) {
    throw new StepError('epoch', said('epoch.later', { epoch: block.epoch }));
  }
  const reign = reigns.find(({ epoch }) => epoch === block.epoch);
  if (
    reign !== undefined &&
    !equalBytes(block.validatorSetHash, validatorSetHash(reign.validators))
  ) {
    throw new StepError('epoch', said('epoch.otherSet', { epoch: block.epoch }));
  }
}
