/**
 * Judges a state proof: that a thing is, or is not, in the state that validators keep, at a height.
 *
 * For a bank that is no member: a fingerprint that is not there, or only reserved, at height H was not
 * financed up to H, because what is financed is never removed.
 *
 * Pure.
 */
import { channelOf } from '../act/act.ts';
import type { Json } from '../act/input.ts';
import { equalBytes, hex } from '../crypto/digest.ts';
import type { Anchor } from './anchor.ts';
import { decodeHeaderLeaf } from './handover.ts';
import { said } from './said.ts';
import { isProven, placeOf, type StateName } from './state.ts';
import { parseStateProof } from './state-proof.ts';
import { StepError, stepsWithout, within } from './step.ts';
import {
  checkBlock,
  checkIncluded,
  checkpointFacts,
  trustOf,
  type Verdict,
  verdictOf,
} from './verdict.ts';

const stateSteps = stepsWithout('disclosure', 'act signature', 'key', 'consistency');

/** Judges the file of a state proof. Without an anchor the outcome is `unanchored`, a failure. */
export function verifyStateProof(text: string, anchor?: Anchor): Verdict {
  return verdictOf(stateSteps, (note) => {
    const { name, value, path, header, handovers } = parseStateProof(text);
    const { leaf } = header;
    if (leaf === null) throw new StepError('leaf', said('leaf.noHeader', {}));
    const block = within('leaf', () => decodeHeaderLeaf(leaf));
    note('leaf', said('leaf.header', { height: block.height }));
    const place = placeOf(name.type, name.channel, name.id);
    if (!isProven(block.stateRoot, place, value, path)) {
      throw new StepError('state', said('state.path', { height: block.height }));
    }
    const fields = fieldsOf(name, value, block.chainId);
    const status = String(fields.status);
    note('state', said('state.is', { type: name.type, id: hex(name.id), status }));
    checkIncluded(header, leaf, header, said('inclusion.noHeader', { index: header.index }));
    const end = block.firstIndex + block.entryCount;
    if (header.index !== end && header.index !== end + 1n) {
      throw new StepError('inclusion', said('inclusion.notLast', {}));
    }
    note('inclusion', said('inclusion.is', { index: header.index, size: header.checkpoint.size }));
    note('checkpoint', said('checkpoint.is', checkpointFacts(header)));
    const trusted = trustOf(note, header, handovers, anchor);
    checkBlock(block, trusted);
    return {
      proven: {
        kind: `state.${name.type}`,
        actHash: null,
        refusal: null,
        index: header.index,
        height: block.height,
        timeMs: block.timeMs,
        fields,
      },
      signedBy: null,
      trust: trusted.trust,
      warnings: trusted.warnings,
    };
  });
}

/** What is asked for and what is there, in words. */
function fieldsOf(
  { type, channel, id }: StateName,
  value: Uint8Array | null,
  chainId: Uint8Array,
): Readonly<Record<string, Json>> {
  const isHub = equalBytes(channel, channelOf(chainId, 'hub'));
  const isNone = channel.every((octet) => octet === 0);
  return {
    channel: isHub ? 'hub' : isNone ? null : hex(channel),
    id: hex(id),
    status: value === null ? 'absent' : (wordsOf(type, value) ?? 'present'),
    ...(value === null ? {} : { value: hex(value) }),
    ...(type === 'fingerprint'
      ? { financed: value !== null && equalBytes(value, Uint8Array.of(2)) }
      : {}),
  };
}

const statusWords: Readonly<Record<StateName['type'], readonly string[]>> = {
  key: ['active', 'revoked'],
  group: [],
  fingerprint: ['reserved', 'financed'],
  note: ['live', 'spent'],
  ...{ network: [], set: [], evidence: [] },
};

/** The status that the first octet of a value says, counted from 1. */
function wordsOf(type: StateName['type'], value: Uint8Array): string | undefined {
  return statusWords[type][(value[0] ?? 0) - 1];
}
