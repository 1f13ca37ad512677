/** A verifier tells by itself what each file is, and finds the way from the anchor among files in any order. */
import { encodeAnchor } from '@tallystick/chain/src/log/anchor.ts';
import { givenFile, stepsTo } from '@tallystick/chain/src/log/given.ts';
import { encodeNote } from '@tallystick/chain/src/log/note.ts';
import { encodePack } from '@tallystick/chain/src/log/pack.ts';
import { parseTlogProof } from '@tallystick/chain/src/log/proof.ts';
import { encodeHandovers } from '@tallystick/chain/src/log/proof-files.ts';
import { verifyFile } from '@tallystick/chain/src/verify.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochLog, token } from '../../support/epochs.ts';
import { confirmedInvoice, flipped, itemOf } from '../../support/proofs.ts';

const log = await epochLog();
const last = itemOf(log.blocks, log.blocks.length - 1);
const handovers = log.handovers(2);
const bare = await log.tlogProof(1n, last.size, log.council(3));

describe('a file given to a verifier', () => {
  it('is named by what it is', async () => {
    const { pack } = await confirmedInvoice();
    const files = {
      anchor: encodeAnchor(log.anchor),
      pack: encodePack(pack),
      proof: bare,
      handover: itemOf(handovers, 0),
      handovers: encodeHandovers(handovers),
      state: await log.stateProof(token(5), 4n),
      consistency: await log.consistency(log.sealing(1).size, last.size),
      checkpoint: encodeNote(await log.note(last.size, log.council(3))),
      unknown: 'dear auditor',
    };

    const kinds = Object.values(files).map((text) => givenFile(text).kind);

    expect(kinds).toEqual(Object.keys(files));
  });

  it('is a proof and no step when a handover stands under a later checkpoint than its own', async () => {
    const { index } = parseTlogProof(itemOf(handovers, 0));

    expect(givenFile(await log.tlogProof(index, last.size, log.council(3))).kind).toBe('proof');
  });

  it('says that it means to be an anchor or handovers, and why it is none', () => {
    const anchor = encodeAnchor(log.anchor).replace('"stake": "25"', '"stake": "0"');
    const strange = encodeHandovers([itemOf(handovers, 0), bare]);
    const cut = encodeHandovers(handovers).slice(0, -200);

    expect(givenFile(anchor)).toMatchObject({ kind: 'broken', form: 'anchor' });
    expect(givenFile(strange)).toMatchObject({
      ...{ kind: 'broken', form: 'handovers', why: { code: 'handover.other' } },
    });
    expect(givenFile(cut)).toMatchObject({ kind: 'broken', form: 'handovers' });
  });

  it('never makes the verifier stumble, whatever it holds', () => {
    const files = [encodeAnchor(log.anchor), bare, encodeHandovers(handovers)];
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.nat(), fc.string(), (text, at, by) => {
        const place = at % text.length;
        expect(givenFile(text.slice(0, place) + by + text.slice(place + 1)).kind).toBeTypeOf(
          'string',
        );
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});

describe('the way to a bare proof', () => {
  const steps = handovers.flatMap((text) => {
    const file = givenFile(text);
    return 'steps' in file ? file.steps : [];
  });

  it('is found among handovers in any order and given twice', () => {
    const way = stepsTo(bare, log.anchor, [...steps].reverse().concat(steps));

    expect(way).toEqual(handovers);
    expect(verifyFile(bare, log.anchor, way)).toMatchObject({ ok: true, trust: { epoch: 3n } });
  });

  it('is no longer than the proof needs', async () => {
    const earlier = await log.tlogProof(1n, log.sealing(2).size, log.council(2));

    expect(stepsTo(earlier, log.anchor, steps)).toEqual(handovers.slice(0, 1));
    expect(stepsTo(bare, { ...log.anchor, epoch: 2n }, steps)).toEqual(handovers.slice(1));
  });

  it('is none for a proof that cannot be read', () => {
    expect(stepsTo(flipped(bare, 3), log.anchor, steps)).toEqual([]);
  });
});
