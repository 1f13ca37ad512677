/** What a change of the network waits for, on both sides of each border. */
import { changeState } from '@tallystick/web/src/audit/change-state.ts';
import { stakeShare, timeShare } from '@tallystick/web/src/audit/shares.ts';
import { describe, expect, it } from 'vitest';

const due = Date.parse('2026-03-01T12:00:00Z');
const change = {
  ...{ ready: true, needsApproval: true, approvedStake: '7' },
  dueAt: '2026-03-01T12:00:00.000Z',
};

describe('a change that waits', () => {
  it('waits for its validator before anything else', () => {
    expect(changeState({ ...change, ready: false, approvedStake: '0' }, 9n, 0)).toBe('ready');
  });

  it('waits for consent until more than two thirds of the stake agree', () => {
    expect(changeState({ ...change, approvedStake: '6' }, 9n, due)).toBe('approval');
    expect(changeState(change, 9n, due)).toBe('epoch');
    expect(changeState({ ...change, needsApproval: false, approvedStake: '0' }, 9n, due)).toBe(
      'epoch',
    );
  });

  it('waits for its time until the very millisecond', () => {
    expect(changeState(change, 9n, due - 1)).toBe('time');
    expect(changeState(change, 9n, due)).toBe('epoch');
  });
});

describe('a share', () => {
  it('of the stake has one decimal where it needs one, and none of nothing', () => {
    expect(stakeShare('1', '4')).toBe('25');
    expect(stakeShare(1n, 3n)).toBe('33.3');
    expect(stakeShare('0', '0')).toBe('0');
    expect(stakeShare(2n ** 61n, 2n ** 62n)).toBe('50');
  });

  it('of the time is never rounded up to always', () => {
    expect(timeShare(0.9999)).toBe('99.9');
    expect(timeShare(1)).toBe('100');
    expect(timeShare(0)).toBe('0');
  });
});
