/** A validator that lags hears of the newest finalization first, and must still take what it missed piece by piece. */
import { certificateFrom } from '@tallystick/chain/src/core/certificate.ts';
import type { Effect } from '@tallystick/chain/src/core/effect.ts';
import type { Block } from '@tallystick/chain/src/core/proposal.ts';
import { describe, expect, it } from 'vitest';
import { blockOf, drive, machine, signed } from './parliament.ts';

/** A chain of blocks, one a view. */
function chainOf(length: number): readonly Block[] {
  const blocks: Block[] = [];
  for (let view = 1; view <= length; view += 1) {
    blocks.push(blockOf(BigInt(view), BigInt(view), blocks.at(-1) ?? null));
  }
  return blocks;
}

function finalizationOf({ view, digest }: Block) {
  const vote = { kind: 'finalize', epoch: 0n, view, digest } as const;
  return certificateFrom(
    'finalize',
    [0, 1, 2].map((voter) => signed(voter, vote)),
  );
}

const committed = (effects: readonly Effect[]): readonly bigint[] =>
  effects.flatMap((effect) =>
    effect.kind === 'commit' ? effect.blocks.map(({ height }) => height) : [],
  );

describe('a validator that lags while the others go on', () => {
  it('makes each batch final as it comes, though it has heard of a later finalization', () => {
    const state = machine('v3');
    const blocks = chainOf(200);
    const batch = blocks.slice(0, 64);
    const [first, last] = [batch.at(-1), blocks.at(-1)];
    if (first === undefined || last === undefined) throw new Error('the chain has blocks');

    drive(state, { kind: 'restart', records: [] });
    const heard = drive(state, {
      kind: 'message',
      from: 'v0',
      message: { kind: 'certificate', certificate: finalizationOf(last) },
    });
    const taken = drive(state, {
      kind: 'message',
      from: 'v0',
      message: {
        kind: 'finalized',
        blocks: batch,
        trail: [],
        finalization: finalizationOf(first),
      },
    });

    expect(committed(heard)).toEqual([]);
    expect(committed(taken)).toEqual(batch.map(({ height }) => height));
    expect(state.bodies.size).toBe(0);
    expect(state.pending?.view).toBe(200n);
  });

  it('has the later finalization when the rest has come', () => {
    const state = machine('v3');
    const blocks = chainOf(6);
    const [third, last] = [blocks[2], blocks[5]];
    if (third === undefined || last === undefined) throw new Error('the chain has blocks');
    const batches = [
      { upTo: third, blocks: blocks.slice(0, 3) },
      { upTo: last, blocks: blocks.slice(3) },
    ];

    drive(state, { kind: 'restart', records: [] });
    drive(state, {
      kind: 'message',
      from: 'v0',
      message: { kind: 'certificate', certificate: finalizationOf(last) },
    });
    const effects = batches.flatMap((batch) =>
      drive(state, {
        kind: 'message',
        from: 'v0',
        message: {
          kind: 'finalized',
          blocks: batch.blocks,
          trail: [],
          finalization: finalizationOf(batch.upTo),
        },
      }),
    );

    expect(committed(effects)).toEqual([1n, 2n, 3n, 4n, 5n, 6n]);
    expect(state.pending).toBeNull();
  });
});
