/** A verifier that walks from its anchor through epochs whose validators change. */
import { sha256, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import { parseConsistencyProof } from '@tallystick/chain/src/log/consistency.ts';
import { encodeHandoverLeaf } from '@tallystick/chain/src/log/handover.ts';
import { reignsFrom } from '@tallystick/chain/src/log/judge.ts';
import { encodeNote, parseNote } from '@tallystick/chain/src/log/note.ts';
import { encodeTlogProof, parseTlogProof } from '@tallystick/chain/src/log/proof.ts';
import { encodeHandovers, parseHandovers } from '@tallystick/chain/src/log/proof-files.ts';
import { verifyFile, verifyTlogProof } from '@tallystick/chain/src/verify.ts';
import { describe, expect, it } from 'vitest';
import { epochCouncil, epochLog, threeSets, twoSets } from '../../support/epochs.ts';
import { flipped, itemOf } from '../../support/proofs.ts';

const log = await epochLog();
const small = await epochLog(twoSets, 2);
const sizes = log.blocks.map(({ size }) => size);
const last = itemOf(sizes, sizes.length - 1);

describe('an act of any epoch', () => {
  it('is proven from the first anchor at every later size, by the set that reigned then', async () => {
    for (const size of sizes) {
      const epoch = log.epochOf(size);
      const file = await log.tlogProof(0n, size, log.council(epoch));
      const verdict = verifyFile(file, log.anchor, log.handovers(epoch - 1));

      expect(verdict).toMatchObject({ ok: true, trust: { epoch: BigInt(epoch), size } });
      expect(verdict.trust?.walked.map((each) => each.epoch)).toEqual(
        Array.from({ length: epoch - 1 }, (_, order) => BigInt(order + 1)),
      );
    }
  });

  it('says who vouched for each handover on the way, with what share', async () => {
    const file = await log.tlogProof(0n, last, log.council(3));

    const { trust } = verifyFile(file, log.anchor, log.handovers(2));

    expect(trust?.walked).toEqual([
      {
        epoch: 1n,
        organisations: ['north', 'east', 'south', 'west']
          .map((each) => `Bank of the ${each}`)
          .sort(),
        ...{ validatorsSigned: 4, validatorsTotal: 4, stakePercent: '100.00' },
      },
      {
        epoch: 2n,
        organisations: ['north', 'east', 'south', 'west', 'harbour']
          .map((each) => `Bank of the ${each}`)
          .sort(),
        ...{ validatorsSigned: 5, validatorsTotal: 5, stakePercent: '100.00' },
      },
    ]);
  });

  it('is proven from an anchor of a later epoch without the earlier handovers', async () => {
    const [, second] = reignsFrom(log.anchor, log.handovers(1));
    if (second === undefined) throw new Error('there is a second reign');
    const { epoch, validators, logKey, firstSize } = second;
    const anchor = { ...log.anchor, epoch, validators, logKey, firstSize };
    const file = await log.tlogProof(0n, last, log.council(3));

    expect(verifyFile(file, anchor, log.handovers(2).slice(1)).ok).toBe(true);
    expect(verifyFile(file, anchor, log.handovers(2)).failed).toBe('epoch');
    const early = await log.tlogProof(0n, itemOf(sizes, 0), log.council(1));
    expect(verifyFile(early, anchor).failed).toBe('epoch');
  });
});

describe('the weights of an epoch', () => {
  it.each([
    [['north', 'east', 'south'], true],
    [['north', 'harbour', 'east', 'south'], true],
    [['east', 'south', 'west', 'harbour'], true],
    [['north', 'east', 'harbour'], false],
    [['east', 'south', 'west'], false],
  ] as const)('in the second one %j are a quorum: %s', async (signing, ok) => {
    const size = log.sealing(1).size + 4n;
    const note = await log.note(size, log.council(2), signing);
    const proof = parseTlogProof(await log.tlogProof(0n, size, log.council(2)));

    const verdict = verifyFile(
      encodeTlogProof({ ...proof, ...note }),
      log.anchor,
      log.handovers(1),
    );

    expect(verdict).toMatchObject({ ok, failed: ok ? null : 'quorum' });
  });
});

describe('keys that were retired', () => {
  it('sign nothing beyond the size with which their epoch ended', async () => {
    for (const size of sizes) {
      const epoch = log.epochOf(size);
      for (let by = 1; by <= 3; by += 1) {
        if (by === epoch) continue;
        const file = await log.tlogProof(0n, size, log.council(by));
        for (let count = 0; count <= 2; count += 1) {
          const verdict = verifyFile(file, log.anchor, log.handovers(count));

          // A later set never signs an earlier size either: each reigns over its own sizes only.
          const isJudgedAsOwn =
            count === by - 1 && size > (by === 1 ? 0n : log.sealing(by - 1).size);
          if (!isJudgedAsOwn) expect(verdict.ok).toBe(false);
        }
      }
    }
  });

  it('are not believed with the handovers of their time left out, because the file of a later size names others', async () => {
    const size = last;
    const stale = await log.tlogProof(0n, size, log.council(1));

    expect(verifyFile(stale, log.anchor, log.handovers(1)).failed).toBe('signatures');
    expect(verifyFile(stale, log.anchor, log.handovers(2)).failed).toBe('signatures');
  });

  it('cannot hand over a second time, nor to another set, with a handover of their own making', async () => {
    const usurpers = await epochCouncil({ mole: 1n, weasel: 1n }, 9);
    const leaf = encodeHandoverLeaf({
      ...{ origin: log.anchor.origin, chainId: log.anchor.chainId, epoch: 2n },
      ...{ validators: usurpers.validators, logKey: usurpers.log.publicKey },
      previousHandover: new Uint8Array(32),
    });
    const [first = ''] = log.handovers(1);
    const forged = encodeTlogProof({ ...parseTlogProof(first), leaf });
    const file = await log.tlogProof(0n, last, log.council(2));

    expect(verifyFile(file, log.anchor, [forged]).failed).toBe('epoch');
    expect(verifyFile(file, log.anchor, [first, first]).failed).toBe('epoch');
  });
});

describe('the file of handovers', () => {
  it('reads back, and is empty in the first epoch', () => {
    expect(parseHandovers(encodeHandovers(log.handovers(2)))).toEqual(log.handovers(2));
    expect(parseHandovers(encodeHandovers([]))).toEqual([]);
  });

  it('is of no use when any single octet is changed', async () => {
    const file = await small.tlogProof(0n, small.sealing(2).size, small.council(2));
    const whole = encodeHandovers(small.handovers(1));
    const missed = [...whole].flatMap((_, at) => {
      try {
        const handovers = parseHandovers(flipped(whole, at));
        return verifyTlogProof(file, small.anchor, undefined, handovers).ok ? [at] : [];
      } catch {
        return [];
      }
    });

    expect(missed).toEqual([]);
    expect(verifyFile(file, small.anchor, small.handovers(1)).ok).toBe(true);
  });

  it('must begin where the log begins, when the anchor does', async () => {
    const leaf = encodeHandoverLeaf({
      ...{ origin: log.anchor.origin, chainId: log.anchor.chainId, epoch: 2n },
      ...{ validators: log.council(2).validators, logKey: log.council(2).log.publicKey },
      previousHandover: sha256(utf8('another one before')),
    });
    const [first = ''] = log.handovers(1);

    expect(() =>
      reignsFrom(log.anchor, [encodeTlogProof({ ...parseTlogProof(first), leaf })]),
    ).toThrow('does not name the one before');
  });
});

describe('two checkpoints of one log', () => {
  it('are consistent, whatever their epochs, in one file that carries the handovers', async () => {
    for (const older of sizes) {
      for (const newer of sizes.filter((size) => size >= older)) {
        const verdict = verifyFile(await log.consistency(older, newer), log.anchor);

        expect(verdict).toMatchObject({
          ok: true,
          proven: {
            kind: 'consistency',
            fields: { olderSize: `${older}`, newerSize: `${newer}` },
          },
          trust: { size: newer },
        });
      }
    }
  });

  it('fail at a named step whichever single octet of their proof is changed', async () => {
    const [first, second] = [small.sealing(1).size, small.sealing(2).size];
    const file = await small.consistency(first, second);
    const missed = [...file].flatMap((_, at) => {
      const { ok, failed } = verifyFile(flipped(file, at), small.anchor);
      return ok || failed === null ? [at] : [];
    });

    expect(missed).toEqual([]);
  });

  it('are not consistent when history was rewritten, though both be signed by a quorum', async () => {
    const other = await epochLog(threeSets, 3);
    const [older, newer] = [itemOf(sizes, 3), last];
    const mixed = await log.consistency(older, newer);
    const strange = encodeNote(await other.note(older, log.council(1)));
    const own = encodeNote(await log.note(older, log.council(1)));
    const rewritten = mixed.replace(own, strange);

    expect(rewritten).not.toBe(mixed);
    expect(verifyFile(rewritten, log.anchor)).toMatchObject({
      ok: false,
      failed: 'consistency',
    });
  });

  it('need a quorum under the older one as well, of the set of its own time', async () => {
    const older = itemOf(sizes, 1);
    const file = await log.consistency(older, last);
    const own = encodeNote(await log.note(older, log.council(1)));
    const thin = encodeNote(await log.note(older, log.council(1), ['north', 'east']));
    const late = encodeNote(await log.note(older, log.council(2)));

    expect(verifyFile(file.replace(own, thin), log.anchor).failed).toBe('quorum');
    expect(verifyFile(file.replace(own, late), log.anchor).failed).toBe('signatures');
    expect(verifyFile(file).outcome).toBe('unanchored');
  });

  it('are refused by an anchor that begins after the older one', async () => {
    const [, second] = reignsFrom(log.anchor, log.handovers(1));
    if (second === undefined) throw new Error('there is a second reign');
    const { epoch, validators, logKey, firstSize } = second;
    const anchor = { ...log.anchor, epoch, validators, logKey, firstSize };
    const file = await log.consistency(itemOf(sizes, 0), log.sealing(2).size);
    const [, , ...rest] = parseConsistencyProof(file).handovers;

    expect(rest).toEqual([]);
    expect(verifyFile(file, anchor).failed).toBe('epoch');
  });
});

describe('a signed checkpoint', () => {
  it('reads back, and nothing else is one', async () => {
    const note = await log.note(last, log.council(3));
    const text = encodeNote(note);
    const lines = text.split('\n');

    expect(parseNote(text)).toEqual(note);
    for (const bad of [
      text.slice(0, -1),
      `${text}\n`,
      text.replace('\n\n', '\n'),
      [...lines.slice(0, 5), ...lines.slice(5, -1).reverse(), ''].join('\n'),
      `${text}${lines[5]}\n`,
    ]) {
      expect(() => parseNote(bad)).toThrow(/.+/);
    }
  });
});
