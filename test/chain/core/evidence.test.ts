/** Evidence in blocks, and the blocks that end an epoch: what every validator checks by itself. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { GovernanceEffect, Proposal } from '../../../chain/src/act/kind.ts';
import {
  decodeBody,
  draftBody,
  encodeBody,
  entryLeaves,
  executePayload,
  type Standing,
} from '../../../chain/src/core/block.ts';
import {
  decodeProof,
  encodeProof,
  isProven,
  type Proof,
} from '../../../chain/src/core/evidence.ts';
import { defaultParameters, type Parameters } from '../../../chain/src/core/governance-record.ts';
import {
  applyEntry,
  genesisState,
  governanceOf,
  keyIn,
  readEntry,
  type StateContext,
} from '../../../chain/src/core/state.ts';
import { type VoteKind, voteSigningBytes, zeroDigest } from '../../../chain/src/core/vote.ts';
import { hex, sha256, utf8 } from '../../../chain/src/crypto/digest.ts';
import {
  approvalSigningBytes,
  cosigningBytes,
  readySigningBytes,
} from '../../../chain/src/crypto/signature.ts';
import { checkpointBody } from '../../../chain/src/log/checkpoint.ts';
import { decodeHandoverLeaf } from '../../../chain/src/log/handover.ts';
import { type Actor, actor, adds, operator, person } from '../../support/chain-world.ts';

const chainId = sha256(utf8('a chain'));
const origin = 'test/hub';

function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  return { privateKey, publicKey: new Uint8Array(Buffer.from(x ?? '', 'base64url')) };
}
const by = (key: KeyObject, message: Uint8Array) => new Uint8Array(sign(null, message, key));

const keys = ['a', 'b', 'c', 'd', 'e'].map((name) => ({
  name,
  consensus: keyPair(),
  cosigner: keyPair(),
}));
const validators = keys.slice(0, 4).map(({ name, consensus, cosigner }) => ({
  ...{ name, organisation: `Bank ${name}`, operator: 'one', stake: 100n },
  ...{ consensusKey: consensus.publicKey, cosignerKey: cosigner.publicKey },
}));
const keysOf = (voter: number) => {
  const found = keys[voter];
  if (found === undefined) throw new Error('there are five');
  return found;
};

function contextWith(parameters: Partial<Parameters> = {}) {
  const network = {
    ...{ origin, validators, logKey: sha256(utf8('log')) },
    parameters: { ...defaultParameters, timeLockMs: 0n, ...parameters },
  };
  const operatorGroups = new Set([hex(operator.group)]);
  return { chainId, operatorGroups, network } satisfies StateContext;
}
const context = contextWith();
const { channel } = actor(chainId, operator);
const start: Standing = {
  ...{ height: 0n, size: 0n, timeMs: 1_000n },
  map: genesisState([{ ...operator, channel, custody: 'operator' }]),
};

function vote(kind: VoteKind, octet: string, voter = 1, view = 7n, epoch = 1n) {
  const digest = kind === 'nullify' ? zeroDigest : octet.repeat(64);
  const said = { kind, epoch, view, digest };
  const signature = by(keysOf(voter).consensus.privateKey, voteSigningBytes(chainId, said));
  return { ...said, voter, signature };
}
function pair(first: ReturnType<typeof vote>, second: ReturnType<typeof vote>): Proof {
  return { kind: 'votes', epoch: first.epoch, voter: first.voter, first, second };
}
const twice = (voter = 1, epoch = 1n) =>
  pair(vote('notarize', 'a', voter, 7n, epoch), vote('notarize', 'b', voter, 7n, epoch));
const leafOf = (proof: Proof) => encodeProof(chainId, proof);
const bench = { chainId, origin, validators };

describe('a proof of a broken rule', () => {
  it('reads back as it was written, whichever vote is named first', () => {
    const proof = twice();
    if (proof.kind !== 'votes') throw new Error('it is about votes');
    const swapped = { ...proof, first: proof.second, second: proof.first };

    expect(hex(leafOf(swapped))).toBe(hex(leafOf(proof)));
    const read = decodeProof(chainId, leafOf(proof));
    expect(read === undefined ? '' : hex(leafOf(read))).toBe(hex(leafOf(proof)));
    expect(decodeProof(sha256(utf8('another')), leafOf(proof))).toBeUndefined();
  });

  it('is judged from its two signatures and the set alone', () => {
    const finalAndNull = pair(vote('nullify', '0'), vote('finalize', 'a'));

    expect(isProven(bench, twice())).toBe(true);
    expect(isProven(bench, finalAndNull)).toBe(true);
    expect(isProven(bench, pair(vote('propose', 'a'), vote('propose', 'b')))).toBe(true);
    expect(isProven(bench, pair(vote('finalize', 'a'), vote('finalize', 'b')))).toBe(true);
  });

  it('never blames the honest', () => {
    const notProven = [
      pair(vote('notarize', 'a'), vote('notarize', 'a')),
      pair(vote('notarize', 'a'), vote('nullify', '0')),
      pair(vote('notarize', 'a'), vote('finalize', 'b')),
      pair(vote('notarize', 'a'), vote('notarize', 'b', 1, 8n)),
      // Two validators, each with one vote, laid to one.
      pair(vote('notarize', 'a'), { ...vote('notarize', 'b', 2), voter: 1 }),
      pair({ ...vote('notarize', 'a'), voter: 2 }, { ...vote('notarize', 'b'), voter: 2 }),
      twice(4),
    ];

    expect(notProven.map((proof) => isProven(bench, proof))).toEqual(notProven.map(() => false));
  });

  it('with one octet changed proves nothing', () => {
    const leaf = leafOf(twice());
    const survivors = [...leaf.keys()].filter((at) => {
      const bent = leaf.slice();
      bent[at] = (bent[at] ?? 0) ^ 1;
      const proof = decodeProof(chainId, bent);
      return proof !== undefined && isProven(bench, proof);
    });

    expect(survivors).toEqual([]);
  });

  it('shows two roots for one size', () => {
    const cosigned = (size: bigint, octet: number, timeSeconds: bigint) => {
      const root = new Uint8Array(32).fill(octet);
      const message = cosigningBytes(timeSeconds, checkpointBody({ origin, size, root }));
      return { size, root, timeSeconds, signature: by(keysOf(1).cosigner.privateKey, message) };
    };
    const of = (
      first: ReturnType<typeof cosigned>,
      second: ReturnType<typeof cosigned>,
    ): Proof => ({
      ...{ kind: 'cosignatures', epoch: 1n, voter: 1, first, second },
    });

    expect(isProven(bench, of(cosigned(5n, 1, 9n), cosigned(5n, 2, 10n)))).toBe(true);
    expect(isProven(bench, of(cosigned(5n, 1, 9n), cosigned(5n, 1, 10n)))).toBe(false);
    expect(isProven(bench, of(cosigned(5n, 1, 9n), cosigned(6n, 2, 10n)))).toBe(false);
  });
});

const at = { timeMs: 5_000n, epoch: 1n };

describe('a block with evidence', () => {
  it('accuses, ends the epoch, slashes, and hands over to those who are left', () => {
    const draft = draftBody(context, start, [], at, [leafOf(twice())]);
    const execution = executePayload(context, start, draft.payload, 1n, true);

    expect(draft.payload[0]).toBe(2);
    expect(decodeBody(draft.payload)?.evidence.map(hex)).toEqual([hex(leafOf(twice()))]);
    if (execution.kind !== 'executed') throw new Error(execution.reason);
    const { standing } = execution.executed;
    expect(standing.size).toBe(3n);
    const [evidence, handover, ...rest] = entryLeaves(execution.executed);
    expect(rest).toEqual([]);
    expect(evidence === undefined ? '' : hex(evidence)).toBe(hex(leafOf(twice())));
    const next = decodeHandoverLeaf(handover ?? new Uint8Array());
    expect(next.epoch).toBe(2n);
    expect(next.validators.map(({ name }) => name)).toEqual(['a', 'c', 'd']);
    expect(governanceOf(context.network, standing.map)).toMatchObject({ epoch: 2n, slashed: 10n });
  });

  it('takes each validator and epoch once, and nothing that proves nothing', () => {
    const other = pair(vote('finalize', 'a'), vote('finalize', 'b'));
    const honest = pair(vote('notarize', 'a'), vote('nullify', '0'));
    const offered = [leafOf(twice()), leafOf(other), leafOf(honest), leafOf(twice(2))];
    const draft = draftBody(context, start, [], at, offered);
    const { body, standing } = draft.executed;

    expect(body.evidence.map(hex)).toEqual([hex(leafOf(twice())), hex(leafOf(twice(2)))]);
    const again = encodeBody({ ...body, evidence: [leafOf(twice()), leafOf(other)] });
    expect(executePayload(context, start, again, 1n, true)).toEqual({
      kind: 'invalid',
      reason: 'evidence 1 may not stand',
    });
    expect(draftBody(context, standing, [], at, [leafOf(other)]).executed.body.evidence).toEqual(
      [],
    );
  });

  it('is about an epoch that is over as long as its window is open, and not longer', () => {
    const sealed = draftBody(contextWith({ epochBlocks: 1n }), start, [], at).executed.standing;
    const open = 5_000n + defaultParameters.evidenceMs;
    const taken = (timeMs: bigint, proof = twice()) =>
      draftBody(context, sealed, [], { timeMs, epoch: 2n }, [leafOf(proof)]).executed.body.evidence
        .length;

    expect(taken(open)).toBe(1);
    expect(taken(open + 1n)).toBe(0);
    expect(taken(open, twice(1, 3n))).toBe(0);
  });
});

describe('a block that seals', () => {
  it('must, exactly when the epoch is at its end', () => {
    const short = contextWith({ epochBlocks: 2n });
    const first = draftBody(short, start, [], at);
    const second = draftBody(short, first.executed.standing, [], at);
    const judged = (base: Standing, payload: Uint8Array, seals: boolean) => {
      const execution = executePayload(short, base, payload, 1n, seals);
      return execution.kind === 'invalid' ? execution.reason : 'valid';
    };

    expect(first.executed.handover).toBeNull();
    expect(judged(start, first.payload, false)).toBe('valid');
    expect(judged(start, first.payload, true)).toBe('the epoch ends elsewhere');
    const { standing } = first.executed;
    expect(judged(standing, second.payload, true)).toBe('valid');
    expect(judged(standing, second.payload, false)).toBe('the epoch ends elsewhere');
  });
});

/** What an act about the network comes to. */
function said(to: StateContext, map: Standing['map'], writer: Actor, governance: GovernanceEffect) {
  const key = keyIn(map, writer.channel, writer.keyId);
  const next = { seq: (key?.seq ?? 0n) + 1n, previousAct: key?.lastAct ?? null, forget: true };
  const act = writer.act({ governance }, next);
  const entry = readEntry(act.header, act.signature);
  if (entry === undefined) throw new Error('the act is readable');
  const applied = applyEntry(to, map, entry, { epoch: 1n, timeMs: 5n });
  if (applied.kind === 'invalid') return { answer: applied.fault, map, id: act.actHash };
  return { answer: applied.refusal ?? 'accepted', map: applied.map, id: act.actHash };
}

describe('an act about the network', () => {
  const governor = actor(chainId, operator);
  const lena = person('lena', 'Supplier');
  const writer = actor(chainId, lena);
  const settled = (() => {
    const act = governor.act(adds(channel, lena), { forget: true });
    const entry = readEntry(act.header, act.signature);
    if (entry === undefined) throw new Error('the act is readable');
    const applied = applyEntry(context, start.map, entry, { epoch: 1n, timeMs: 1n });
    if (applied.kind === 'invalid') throw new Error(applied.fault);
    return applied.map;
  })();
  const locked = contextWith({ timeLockMs: 9n });
  const newcomer = keysOf(4);
  const admission: Proposal & { readonly op: 'admit' } = {
    ...{ op: 'admit', name: 'e', organisation: 'Bank e', operator: 'two', stake: 100n },
    ...{ consensusKey: newcomer.consensus.publicKey, cosignerKey: newcomer.cosigner.publicKey },
  };

  it('is the governor’s where the stage demands it, and nobody’s where there is no network', () => {
    const remove = { op: 'remove', name: 'd' } as const;
    const one = contextWith({ stage: 1n });

    expect(said(locked, settled, writer, remove).answer).toBe('GOVERNANCE_UNAUTHORISED');
    expect(said(one, settled, writer, remove).answer).toBe('accepted');
    expect(said(locked, start.map, governor, remove).answer).toBe('accepted');
    const { network: _, ...without } = locked;
    expect(said(without, start.map, governor, remove).answer).toBe('KEY_UNAUTHORISED');
  });

  it('admits only keys that could ever sign', () => {
    const bad = { ...admission, consensusKey: new Uint8Array(32) };

    expect(said(locked, start.map, governor, bad).answer).toBe('MEMBER_MALFORMED');
    expect(said(locked, start.map, governor, { ...admission, name: 'a b' }).answer).toBe(
      'MEMBER_MALFORMED',
    );
    expect(said(locked, start.map, governor, admission).answer).toBe('accepted');
  });

  it('takes a readiness that both keys signed, for that change; anyone may bring it', () => {
    const proposed = said(locked, settled, writer, admission);
    expect(proposed.answer).toBe('GOVERNANCE_UNAUTHORISED');
    const one = contextWith({ stage: 1n, timeLockMs: 9n });
    const waiting = said(one, settled, writer, admission);
    const message = readySigningBytes(chainId, waiting.id);
    const ready: GovernanceEffect & { readonly op: 'ready' } = {
      ...{ op: 'ready', change: waiting.id },
      consensusSignature: by(newcomer.consensus.privateKey, message),
      cosignerSignature: by(newcomer.cosigner.privateKey, message),
    };
    const mixed = { ...ready, cosignerSignature: ready.consensusSignature };

    expect(said(one, waiting.map, writer, mixed).answer).toBe('READY_INVALID');
    expect(said(one, waiting.map, writer, { ...ready, change: chainId }).answer).toBe(
      'CHANGE_MISSING',
    );
    const brought = said(one, waiting.map, writer, ready);
    expect(brought.answer).toBe('accepted');
    const [change] = governanceOf(one.network, brought.map).pending;
    expect(change).toMatchObject({ ready: true, approvals: [] });
  });

  it('takes the consent of a validator of the set, by its own key', () => {
    const one = contextWith({ stage: 1n, timeLockMs: 9n });
    const waiting = said(one, settled, writer, { op: 'weigh', name: 'a', stake: 300n });
    const message = approvalSigningBytes(chainId, waiting.id);
    const approve = (validator: string, signer: number) => {
      const signature = by(keysOf(signer).consensus.privateKey, message);
      const effect = { op: 'approve', change: waiting.id, validator, signature } as const;
      return said(one, waiting.map, writer, effect);
    };

    expect(approve('b', 2).answer).toBe('APPROVAL_INVALID');
    expect(approve('e', 4).answer).toBe('MEMBER_MISSING');
    const agreed = approve('b', 1);
    expect(agreed.answer).toBe('accepted');
    expect(governanceOf(one.network, agreed.map).pending[0]?.approvals).toEqual(['b']);
  });
});
