/**
 * The golden bytes of acts, log and proofs, made anew from fixed input.
 *
 * `node test/chain/vectors/make.ts` prints them. They are compared with golden.json
 * by golden.test.ts; a difference is a change of protocol.
 */
import { batchOf, noteIdOf, objectId } from '@tallystick/chain/src/act/act.ts';
import type { Encodable } from '@tallystick/chain/src/act/codec.ts';
import { encode } from '@tallystick/chain/src/act/codec.ts';
import { base64, hex, sha256, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import { anchorFingerprint, encodeAnchor } from '@tallystick/chain/src/log/anchor.ts';
import { encodePack } from '@tallystick/chain/src/log/pack.ts';
import { tlogPolicy, validatorSetHash } from '@tallystick/chain/src/log/policy.ts';
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
  };
}

if (import.meta.main) console.log(JSON.stringify(await goldenBytes(), null, 2));
