/**
 * The golden bytes of acts, log and proofs, made anew from fixed input.
 *
 * `node test/chain/vectors/make.ts` prints them. They are compared with golden.json
 * by golden.test.ts; a difference is a change of protocol.
 */
import { batchOf, noteIdOf, objectId } from '@tallystick/chain/src/act/act.ts';
import type { Encodable } from '@tallystick/chain/src/act/codec.ts';
import { encode } from '@tallystick/chain/src/act/codec.ts';
import { effectsToValue, wholeEffects } from '@tallystick/chain/src/act/effects.ts';
import type { GovernanceEffect, Proposal } from '@tallystick/chain/src/act/kind.ts';
import { encodeBody } from '@tallystick/chain/src/core/block.ts';
import { encodeProof } from '@tallystick/chain/src/core/evidence.ts';
import {
  defaultParameters,
  encodeGovernance,
  foundedGovernance,
  type Governance,
} from '@tallystick/chain/src/core/governance-record.ts';
import type { SignedVote } from '@tallystick/chain/src/core/vote.ts';
import { base64, hex, sha256, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import {
  approvalSigningBytes,
  logKeySigningBytes,
  readySigningBytes,
} from '@tallystick/chain/src/crypto/signature.ts';
import { anchorFingerprint, encodeAnchor } from '@tallystick/chain/src/log/anchor.ts';
import { encodePack } from '@tallystick/chain/src/log/pack.ts';
import { tlogPolicy, type Validator, validatorSetHash } from '@tallystick/chain/src/log/policy.ts';
import { encodeTlogProof } from '@tallystick/chain/src/log/proof.ts';
import {
  actBy,
  chainId,
  channel,
  confirmedInvoice,
  entryOf,
  origin,
  signerFrom,
} from '../../support/proofs.ts';

/** Every golden value by its name. */
export async function goldenBytes(): Promise<Readonly<Record<string, string>>> {
  const signer = await signerFrom(1);
  const { act, signature } = await actBy(signer, 'invoice.query', {
    invoice: 'inv_a',
    question: 'Wo bleibt die 水?',
  });
  const world = await confirmedInvoice({ handovers: 1 });
  const batch = batchOf(chainId, [act.actHash, chainId, channel]);
  const [placed = new Uint8Array()] = batch.place(await signer.sign(batch.message));
  const mixed = new Map<string, Encodable>([
    ['zz', null],
    ['a', [true, false, -1n, 2n ** 64n - 1n]],
    ['ü', 'text'],
  ]);
  return {
    codec: hex(encode([0n, 23, 24n, -257n, 'ü', Uint8Array.of(1), mixed])),
    channel: hex(channel),
    keyId: hex(act.header.keyId),
    body: hex(act.body.bytes),
    bodyRoot: hex(act.header.bodyRoot),
    header: hex(act.headerBytes),
    actHash: hex(act.actHash),
    signature: hex(signature),
    batchSignature: hex(placed),
    entry: hex(entryOf(act, null)),
    refusedEntry: hex(entryOf(act, 'NOTE_SPENT')),
    objectId: objectId('inv', act.actHash, 1),
    noteId: hex(noteIdOf(sha256(utf8('seed')), 1)),
    blockHeader: hex(world.pack.block.leaf),
    handover: world.pack.handovers[0] ?? '',
    validatorSetHash: hex(validatorSetHash(world.council.validators)),
    proof: encodeTlogProof(world.pack.proof),
    pack: encodePack(world.pack),
    anchor: encodeAnchor(world.anchor),
    anchorFingerprint: anchorFingerprint(world.anchor),
    policy: tlogPolicy(origin, world.council.log.publicKey, world.council.validators),
    packDigest: base64(sha256(utf8(encodePack(world.pack)))),
    ...networkBytes(world.council.validators),
  };
}

/** What speaks of the network: effects, the record of the state, evidence, and a block that holds some. */
function networkBytes(validators: readonly Validator[]): Readonly<Record<string, string>> {
  const id = sha256(utf8('a change'));
  const octets = (octet: number) => new Uint8Array(64).fill(octet);
  const [first] = validators;
  if (first === undefined) throw new Error('a council has validators');
  const admit: Proposal = { op: 'admit', ...first, name: 'newcomer' };
  const effects: readonly GovernanceEffect[] = [
    admit,
    { op: 'remove', name: 'east' },
    { op: 'weigh', name: 'east', stake: 300n },
    { op: 'set', parameter: 'slashBps', value: 2_000n },
    { op: 'cancel', change: id },
    { op: 'ready', change: id, consensusSignature: octets(1), cosignerSignature: octets(2) },
    { op: 'approve', change: id, validator: 'east', signature: octets(3) },
  ];
  const rotate: GovernanceEffect = { op: 'rotate', logKey: id, signature: octets(6) };
  const change = { id, by: id.slice(0, 16), byGovernor: true, proposedMs: 5n, dueMs: 9n };
  const record: Governance = {
    ...foundedGovernance({ origin, logKey: id, validators, parameters: defaultParameters }),
    handover: id,
    unbonding: [{ name: 'gone', consensusKey: id, stake: 7n, untilMs: 11n }],
    pending: [
      { ...change, proposal: admit, ready: true, approvals: [first.name] },
      { ...change, proposal: { op: 'remove', name: 'east' }, ready: false, approvals: [] },
    ],
    accused: [{ epoch: 1n, name: first.name, consensusKey: first.consensusKey }],
    slashed: 3n,
  };
  const vote = (digit: string): SignedVote => ({
    ...{ kind: 'notarize', epoch: 1n, view: 7n, digest: digit.repeat(64), voter: 2 },
    signature: octets(4),
  });
  const cosigned = (octet: number) => ({
    ...{ size: 9n, root: new Uint8Array(32).fill(octet), timeSeconds: 1_800_000_000n },
    signature: octets(5),
  });
  const place = { epoch: 1n, voter: 2 };
  const votes = encodeProof(chainId, {
    ...{ ...place, kind: 'votes', first: vote('b'), second: vote('a') },
  });
  return {
    governanceEffects: effects
      .map((governance) => hex(encode(effectsToValue(wholeEffects({ governance })))))
      .join(' '),
    governanceRecord: hex(encodeGovernance(record)),
    rotateEffect: hex(encode(effectsToValue(wholeEffects({ governance: rotate })))),
    rotatedRecord: hex(
      encodeGovernance({
        ...record,
        logKey: id,
        pending: [
          { ...change, proposal: { op: 'rotate', logKey: id }, ready: false, approvals: [] },
        ],
      }),
    ),
    logKeyMessage: hex(logKeySigningBytes(chainId, id)),
    readyMessage: hex(readySigningBytes(chainId, id)),
    approvalMessage: hex(approvalSigningBytes(chainId, id)),
    evidenceOfVotes: hex(votes),
    evidenceOfCosignatures: hex(
      encodeProof(chainId, {
        ...{ ...place, kind: 'cosignatures', first: cosigned(1), second: cosigned(2) },
      }),
    ),
    payloadWithEvidence: hex(
      encodeBody({ timeMs: 5n, stateRoot: id, entries: [], evidence: [votes] }),
    ),
  };
}

if (import.meta.main) console.log(JSON.stringify(await goldenBytes(), null, 2));
