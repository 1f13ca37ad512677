/** Files in any order: what is judged, by which anchor, with which handovers, and what is said of the rest. */
import { calculationFile } from '@tallystick/chain/src/calc/run.ts';
import { encodeAnchor } from '@tallystick/chain/src/log/anchor.ts';
import { encodeHandovers } from '@tallystick/chain/src/log/proof-files.ts';
import { givenFile } from '@tallystick/chain/src/verify.ts';
import { type Given, judge } from '@tallystick/web/src/audit/given.ts';
import { describe, expect, it } from 'vitest';
import { epochLog, token } from '../../support/epochs.ts';
import { itemOf } from '../../support/proofs.ts';

const log = await epochLog();
const last = itemOf(log.blocks, log.blocks.length - 1);
const [first, second] = log.handovers(2);
const anchor = given('anchor.json', encodeAnchor(log.anchor));
const handovers = given('handovers.txt', encodeHandovers(log.handovers(2)));
const one = given('one.tlog-proof', first ?? '');
const two = given('two.tlog-proof', second ?? '');
const bare = given('entry.tlog-proof', await log.tlogProof(1n, last.size, log.council(3)));
const state = given('absent.state-proof', await log.stateProof(token(40), 4n));

function given(name: string, text: string): Given {
  return { name, text, file: givenFile(text) };
}

describe('files given to the verifier', () => {
  it.each([
    ['anchor, handovers, proof', [anchor, handovers, bare]],
    ['proof, handovers, anchor', [bare, handovers, anchor]],
    ['each handover by itself, the later first', [two, bare, one, anchor]],
  ])('prove the entry in this order: %s', (_order, files) => {
    const { judged, unused } = judge(files, undefined);

    expect(judged.map(({ given: { name }, verdict }) => [name, verdict.outcome])).toEqual([
      ['entry.tlog-proof', 'proven'],
    ]);
    expect(judged[0]?.verdict.trust?.walked).toHaveLength(2);
    expect(unused).toEqual([]);
  });

  it('hold calculations beside proofs, which are derived again and not judged', () => {
    const file = given('calculation.json', calculationFile([]));
    const { judged, unused } = judge([anchor, file, state], undefined);

    expect(file.file).toEqual({ kind: 'calculation' });
    expect(judged.map(({ given: { name } }) => name)).toEqual(['absent.state-proof']);
    expect(unused).toEqual([]);
  });

  it('are judged by the network that the device remembers, unless an anchor is among them', () => {
    const other = { ...log.anchor, origin: 'other.example/hub' };

    expect(judge([bare, handovers], log.anchor).judged[0]?.verdict.ok).toBe(true);
    expect(judge([bare, handovers], other).judged[0]?.verdict.failed).toBe('anchor');
    expect(judge([bare, handovers, anchor], other).judged[0]?.verdict.ok).toBe(true);
  });

  it('are not judged by two anchors', () => {
    const other = given('b.json', encodeAnchor({ ...log.anchor, origin: 'other.example/hub' }));

    const { anchors, judged } = judge([anchor, other, bare], undefined);

    expect(anchors).toHaveLength(2);
    expect(judged).toEqual([]);
  });

  it('lack handovers when a bare proof of a later epoch stands alone, and it is said', () => {
    const [alone] = judge([anchor, bare], undefined).judged;
    const [gap] = judge([anchor, bare, two], undefined).judged;

    expect(alone).toMatchObject({ lacksHandovers: true, verdict: { failed: 'signatures' } });
    expect(gap).toMatchObject({
      lacksHandovers: false,
      verdict: {
        failed: 'epoch',
        steps: expect.arrayContaining([
          expect.objectContaining({ said: { code: 'handover.order', values: { epoch: '1' } } }),
        ]),
      },
    });
  });

  it('do not need handovers beside a proof that brings its own', () => {
    const { judged, unused } = judge([anchor, state, handovers], undefined);

    expect(judged[0]?.verdict.ok).toBe(true);
    expect(unused).toEqual([handovers]);
  });

  it('may be a handover itself, which is then judged as the proof that it is', () => {
    const { judged } = judge([anchor, one], undefined);

    expect(judged[0]?.verdict).toMatchObject({ ok: true, proven: { kind: 'handover' } });
  });

  it('prove nothing without an anchor', () => {
    expect(judge([bare, handovers], undefined).judged[0]?.verdict.outcome).toBe('unanchored');
  });
});
