/** Who may change the network, when a change takes effect, and what becomes of the stake. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../chain/src/act/codec.ts';
import type { ParameterName, Proposal } from '../../../chain/src/act/kind.ts';
import {
  accuse,
  cancel,
  isSealDue,
  nextDueMs,
  nextEpoch,
  noteApproval,
  noteReady,
  propose,
} from '../../../chain/src/core/governance.ts';
import {
  decodeGovernance,
  defaultParameters,
  encodeGovernance,
  foundedGovernance,
  type Governance,
  type Member,
  type Parameters,
  votersOf,
} from '../../../chain/src/core/governance-record.ts';
import {
  type Asker,
  changesOfOneMax,
  mayCancel,
  mayPropose,
  problemOfGenesis,
} from '../../../chain/src/core/governance-rules.ts';
import { sha256, utf8 } from '../../../chain/src/crypto/digest.ts';
import { stakeOf, type Validator } from '../../../chain/src/log/policy.ts';

const key = (name: string): Uint8Array => sha256(utf8(name));
const group = (name: string): Uint8Array => key(name).slice(0, 16);
const governor: Asker = { group: group('governor'), isGovernor: true };
const bank: Asker = { group: group('bank'), isGovernor: false };
const hour = 3_600_000n;

function validator(name: string, stake = 100n): Validator {
  return {
    ...{ name, organisation: `Bank ${name}`, operator: `operator of ${name}`, stake },
    ...{ consensusKey: key(`consensus ${name}`), cosignerKey: key(`cosigner ${name}`) },
  };
}

function network(parameters: Partial<Parameters> = {}, stakes: readonly bigint[] = []): Governance {
  return foundedGovernance({
    origin: 'test/hub',
    logKey: key('log'),
    validators: ['a', 'b', 'c', 'd'].map((name, at) => validator(name, stakes[at])),
    parameters: { ...defaultParameters, timeLockMs: hour, ...parameters },
  });
}

const admit = (name: string, stake = 100n): Proposal => ({
  op: 'admit',
  ...validator(name, stake),
});
const set = (parameter: ParameterName, value: bigint): Proposal => ({
  op: 'set',
  parameter,
  value,
});

let acts = 0;
const freshId = (): Uint8Array => {
  acts += 1;
  return key(`act ${acts}`);
};

/** Proposes and answers the record, or fails with the code. */
function proposed(
  governance: Governance,
  proposal: Proposal,
  by = governor,
  timeMs = 0n,
): { readonly id: Uint8Array; readonly next: Governance } {
  const id = freshId();
  const next = propose(governance, proposal, by, { id, timeMs });
  if (typeof next === 'string') throw new Error(next);
  return { id, next };
}

/** What a proposal is answered with. */
function answer(governance: Governance, proposal: Proposal, by = governor): string {
  const next = propose(governance, proposal, by, { id: freshId(), timeMs: 0n });
  return typeof next === 'string' ? next : 'waits';
}

const names = (governance: Governance): string =>
  votersOf(governance)
    .map(({ name, stake }) => `${name}${stake}`)
    .join(' ');

describe('a change', () => {
  it('takes effect when its lock is over, not a millisecond before, and only at an end of an epoch', () => {
    const { next } = proposed(network(), { op: 'remove', name: 'd' });

    expect(names(next)).toBe('a100 b100 c100 d100');
    expect(nextDueMs(next)).toBe(hour);
    expect(isSealDue(next, 5n, hour - 1n)).toBe(false);
    expect(isSealDue(next, 5n, hour)).toBe(true);
    expect(names(nextEpoch(next, { height: 5n, timeMs: hour - 1n }))).toBe('a100 b100 c100 d100');
    const after = nextEpoch(next, { height: 5n, timeMs: hour });
    expect(names(after)).toBe('a100 b100 c100');
    expect(after).toMatchObject({ epoch: 2n, firstHeight: 6n, pending: [] });
  });

  it('that admits a validator waits until the validator is ready', () => {
    const { next, id } = proposed(network(), admit('e'));

    expect(nextDueMs(next)).toBeNull();
    expect(isSealDue(next, 5n, 9n * hour)).toBe(false);
    expect(names(nextEpoch(next, { height: 5n, timeMs: 9n * hour }))).not.toContain('e100');
    const ready = noteReady(next, id);
    expect(isSealDue(ready, 5n, 9n * hour)).toBe(true);
    expect(names(nextEpoch(ready, { height: 5n, timeMs: 9n * hour }))).toContain('e100');
  });

  it('is taken back by a veto until then, by whoever may', () => {
    const { next, id } = proposed(network(), { op: 'remove', name: 'd' });
    const [change] = next.pending;
    if (change === undefined) throw new Error('the change waits');

    expect(mayCancel(next, change, governor)).toBe(true);
    expect(mayCancel(next, change, bank)).toBe(false);
    expect(cancel(next, id)).toMatchObject({ pending: [] });
    expect(cancel(next, key('another'))).toBe('CHANGE_MISSING');
  });

  it('is refused with the rule that it breaks', () => {
    const four = network();
    const most = network({ stage: 1n });

    expect(answer(four, admit('e', 99n))).toBe('STAKE_UNEQUAL');
    expect(answer(four, { op: 'weigh', name: 'a', stake: 101n })).toBe('STAKE_UNEQUAL');
    expect(answer(four, admit('a'))).toBe('MEMBER_TAKEN');
    expect(answer(four, { ...validator('e'), op: 'admit', cosignerKey: key('consensus b') })).toBe(
      'MEMBER_TAKEN',
    );
    expect(answer(four, { op: 'remove', name: 'e' })).toBe('MEMBER_MISSING');
    expect(answer(network({ membersMin: 4n }), { op: 'remove', name: 'a' })).toBe('SET_TOO_SMALL');
    expect(answer(four, set('membersMin', 5n))).toBe('SET_TOO_SMALL');
    expect(answer(four, set('slashBps', 10_001n))).toBe('PARAMETER_OUT_OF_RANGE');
    expect(answer(four, set('unbondingMs', four.parameters.evidenceMs))).toBe(
      'PARAMETER_OUT_OF_RANGE',
    );
    expect(answer(four, set('unbondingMs', four.parameters.evidenceMs + 1n))).toBe('waits');
    expect(answer(most, { op: 'weigh', name: 'a', stake: 2n ** 62n })).toBe('STAKE_EXCEEDED');
    expect(answer(most, { op: 'weigh', name: 'a', stake: 0n })).toBe('STAKE_EXCEEDED');
  });

  it('is judged after all those that wait before it', () => {
    const { next } = proposed(network({ membersMin: 3n }), { op: 'remove', name: 'a' });

    expect(answer(next, { op: 'remove', name: 'b' })).toBe('SET_TOO_SMALL');
    expect(answer(next, { op: 'remove', name: 'a' })).toBe('MEMBER_MISSING');
    expect(answer(next, admit('e'))).toBe('waits');
  });

  it('of one organisation waits with few others', () => {
    let governance = network({ stage: 1n });
    for (let count = 0; count < changesOfOneMax; count += 1) {
      governance = proposed(governance, set('slashBps', 1n + BigInt(count)), bank).next;
    }

    expect(answer(governance, set('slashBps', 99n), bank)).toBe('CHANGES_FULL');
    expect(answer(governance, set('slashBps', 99n))).toBe('waits');
  });
});

describe('the stages', () => {
  const weigh = (name: string, stake: bigint): Proposal => ({ op: 'weigh', name, stake });

  it('0: the governor decides, and nobody else proposes', () => {
    const zero = network();

    expect(mayPropose(zero, admit('e'), governor)).toBe(true);
    expect(mayPropose(zero, admit('e'), bank)).toBe(false);
  });

  it('1: anyone proposes, and more than two thirds of the stake must agree', () => {
    const one = network({ stage: 1n }, [4n, 3n, 1n, 1n]);
    const { next, id } = proposed(one, weigh('c', 9n), bank);
    const six = noteApproval(noteApproval(noteApproval(next, id, 'a'), id, 'c'), id, 'd');
    const seven = noteApproval(noteApproval(next, id, 'a'), id, 'b');

    expect(mayPropose(one, weigh('c', 9n), bank)).toBe(true);
    // Three of four heads, but 6 of 9 by stake; two heads, and 7 of 9.
    expect(isSealDue(six, 5n, 9n * hour)).toBe(false);
    expect(isSealDue(seven, 5n, 9n * hour)).toBe(true);
    expect(names(nextEpoch(seven, { height: 5n, timeMs: 9n * hour }))).toBe('a4 b3 c9 d1');
  });

  it('2: an organisation changes its own validator without consent, and no operator comes above a third', () => {
    const two = network({ stage: 2n });
    const joined = proposed(two, admit('e'), bank);
    const after = nextEpoch(noteReady(joined.next, joined.id), { height: 5n, timeMs: hour });

    expect(names(after)).toBe('a100 b100 c100 d100 e100');
    expect(mayPropose(after, weigh('e', 200n), bank)).toBe(true);
    expect(mayPropose(after, weigh('a', 200n), bank)).toBe(false);
    expect(mayPropose(after, weigh('e', 200n), governor)).toBe(false);
    expect(answer(after, weigh('e', 200n), bank)).toBe('waits');
    expect(answer(after, weigh('e', 201n), bank)).toBe('OPERATOR_ABOVE_THIRD');
    const [change] = proposed(after, weigh('e', 200n), bank).next.pending;
    const [rule] = proposed(after, set('slashBps', 5n), bank).next.pending;
    if (change === undefined || rule === undefined) throw new Error('the changes wait');
    expect(mayCancel(after, change, governor)).toBe(false);
    expect(mayCancel(after, rule, governor)).toBe(true);
    const { next } = proposed(after, set('slashBps', 5n), bank);
    expect(isSealDue(next, 6n, 99n * hour)).toBe(false);
  });

  it('are entered only by a set that fits', () => {
    const one = network({ stage: 1n }, [200n, 100n, 100n, 100n]);

    expect(answer(one, set('stage', 0n))).toBe('STAKE_UNEQUAL');
    expect(answer(one, set('stage', 2n))).toBe('OPERATOR_ABOVE_THIRD');
    expect(answer(network({ stage: 1n }), set('stage', 2n))).toBe('waits');
    expect(answer(network(), set('stage', 3n))).toBe('PARAMETER_OUT_OF_RANGE');
    const unequal = { origin: 'x', logKey: key('log'), validators: one.members };
    expect(problemOfGenesis({ ...unequal, parameters: defaultParameters })).toBe('STAKE_UNEQUAL');
    expect(problemOfGenesis({ ...unequal, parameters: one.parameters })).toBeNull();
  });
});

describe('slashing', () => {
  const guilty = (name: string) => ({ epoch: 1n, name, consensusKey: key(`consensus ${name}`) });

  it('takes the fraction and the vote of the guilty, and of nobody else, when the epoch ends', () => {
    const accused = accuse(network({ slashBps: 2_500n }), guilty('b'));

    expect(names(accused)).toBe('a100 b100 c100 d100');
    expect(isSealDue(accused, 2n, 0n)).toBe(true);
    const after = nextEpoch(accused, { height: 2n, timeMs: 0n });
    expect(names(after)).toBe('a100 c100 d100');
    expect(after.members[1]).toMatchObject({ name: 'b', stake: 75n, jailed: true });
    expect(after).toMatchObject({ slashed: 25n, accused: [] });
    expect(answer(after, { op: 'weigh', name: 'b', stake: 100n })).toBe('MEMBER_JAILED');
  });

  it('reaches the stake of one who has left, until its time is over', () => {
    const { next } = proposed(network(), { op: 'remove', name: 'b' });
    const left = nextEpoch(next, { height: 5n, timeMs: hour });
    const { untilMs } = left.unbonding[0] ?? { untilMs: 0n };
    const judged = nextEpoch(accuse(left, guilty('b')), { height: 6n, timeMs: 2n * hour });

    expect(untilMs).toBe(hour + left.parameters.unbondingMs);
    expect(judged.unbonding).toMatchObject([{ name: 'b', stake: 90n }]);
    const before = nextEpoch(judged, { height: 7n, timeMs: untilMs - 1n });
    expect(before.unbonding.length).toBe(1);
    const over = nextEpoch(judged, { height: 7n, timeMs: untilMs });
    expect(over).toMatchObject({ unbonding: [], released: 90n, slashed: 10n, bonded: 400n });
  });

  it('leaves a set that can work: whoever is needed votes on with what is left', () => {
    const most = network({ membersMin: 3n, slashBps: 10_000n });
    const accused = ['a', 'b', 'c'].reduce((next, name) => accuse(next, guilty(name)), most);
    const after = nextEpoch(accused, { height: 2n, timeMs: 0n });

    expect(names(after)).toBe('b1 c1 d100');
    // A replacement with the usual stake is welcome, although the set is bent.
    expect(answer(after, admit('e'))).toBe('waits');
    expect(answer(after, { op: 'weigh', name: 'b', stake: 100n })).toBe('waits');
  });
});

describe('an epoch', () => {
  it('has its length in blocks, and none where the length is 0', () => {
    const five = network({ epochBlocks: 5n });

    expect(isSealDue(five, 4n, 0n)).toBe(false);
    expect(isSealDue(five, 5n, 0n)).toBe(true);
    const next = nextEpoch(five, { height: 5n, timeMs: 0n });
    expect(isSealDue(next, 9n, 0n)).toBe(false);
    expect(isSealDue(next, 10n, 0n)).toBe(true);
    expect(isSealDue(network(), 2n ** 40n, 0n)).toBe(false);
  });
});

/** Anything that may be said to a record, in any order, with the time going on. */
const happening = fc.oneof(
  fc.record({
    kind: fc.constant('admit' as const),
    name: fc.constantFrom('e', 'f', 'g', 'h'),
    stake: fc.constantFrom(100n, 50n, 130n),
  }),
  fc.record({ kind: fc.constant('remove' as const), name: fc.constantFrom('a', 'b', 'e', 'f') }),
  fc.record({
    kind: fc.constant('weigh' as const),
    name: fc.constantFrom('a', 'c', 'e'),
    stake: fc.constantFrom(1n, 60n, 100n, 170n),
  }),
  fc.record({
    kind: fc.constant('set' as const),
    parameter: fc.constantFrom<ParameterName>('stage', 'slashBps', 'membersMin', 'unbondingMs'),
    value: fc.constantFrom(0n, 1n, 2n, 3n, 5_000n, 10_000n, 30n * 24n * hour),
  }),
  fc.record({ kind: fc.constant('accuse' as const), name: fc.constantFrom('a', 'b', 'c', 'e') }),
  fc.record({ kind: fc.constant('agree' as const), waitMs: fc.bigInt(0n, 40n * 24n * hour) }),
);

describe('whatever happens', () => {
  it('stake is conserved, the set can work, and the record reads back as it was written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0n, 1n, 2n),
        fc.array(happening, { maxLength: 40 }),
        (stage, happenings) => {
          let governance = network({ stage, timeLockMs: 0n, membersMin: 2n });
          let timeMs = 0n;
          let height = 0n;
          for (const each of happenings) {
            governance = after(governance, each, timeMs);
            if (each.kind === 'agree') timeMs += each.waitMs;
            height += 1n;
            if (isSealDue(governance, height, timeMs)) {
              governance = nextEpoch(governance, { height, timeMs });
            }
            const { members, unbonding, bonded, slashed, released } = governance;
            const held = stakeOf(members) + unbonding.reduce((sum, { stake }) => sum + stake, 0n);
            expect(held + slashed + released).toBe(bonded);
            const voters = votersOf(governance);
            expect(BigInt(voters.length)).toBeGreaterThanOrEqual(governance.parameters.membersMin);
            expect(voters.every(({ stake }) => stake > 0n)).toBe(true);
            expect(distinct(members)).toBe(members.length);
            expect(governance.parameters.unbondingMs).toBeGreaterThan(
              governance.parameters.evidenceMs,
            );
            expect(decodeGovernance(encodeGovernance(governance))).toEqual(governance);
          }
        },
      ),
      { seed: 20, numRuns: 300 },
    );
  });
});

describe("the log's key", () => {
  const rotate = (name: string): Proposal => ({ op: 'rotate', logKey: key(name) });
  const boundary = { height: 5n, timeMs: hour };

  it('changes at the end of an epoch, when its lock is over, by nobody but the governor, in every stage', () => {
    for (const stage of [0n, 1n, 2n]) {
      const founded = network({ stage });
      expect(mayPropose(founded, rotate('new'), bank)).toBe(false);
      expect(mayPropose(founded, rotate('new'), governor)).toBe(true);
      const { next } = proposed(founded, rotate('new'));
      const [change] = next.pending;
      if (change === undefined) throw new Error('the change waits');

      expect([mayCancel(next, change, governor), mayCancel(next, change, bank)]).toEqual([
        true,
        false,
      ]);
      expect(isSealDue(next, 5n, hour - 1n)).toBe(false);
      expect(isSealDue(next, 5n, hour)).toBe(true);
      expect(nextEpoch(next, { ...boundary, timeMs: hour - 1n }).logKey).toBeNull();
      expect(nextEpoch(next, boundary).logKey).toEqual(key('new'));
    }
  });

  it('is written down only once it has changed, so the record of every other chain is what it was', () => {
    const founded = network();
    const { next } = proposed(founded, rotate('new'));
    const rotated = nextEpoch(next, boundary);

    expect(decode(encodeGovernance(founded))).toHaveLength(13);
    expect(decode(encodeGovernance(rotated))).toHaveLength(14);
    for (const each of [next, rotated])
      expect(decodeGovernance(encodeGovernance(each))).toEqual(each);
  });

  it('is no key that has another purpose, and no validator comes with it', () => {
    const waiting = proposed(network(), rotate('new')).next;
    const rotated = nextEpoch(waiting, boundary);

    expect(answer(network(), rotate('consensus a'))).toBe('LOG_KEY_TAKEN');
    expect(answer(network(), rotate('cosigner b'))).toBe('LOG_KEY_TAKEN');
    expect(answer(waiting, rotate('new'))).toBe('LOG_KEY_TAKEN');
    expect(answer(rotated, rotate('new'))).toBe('LOG_KEY_TAKEN');
    expect(answer(rotated, rotate('newer'))).toBe('waits');
    const thief = { ...admit('e'), cosignerKey: key('new') } as Proposal;
    expect([answer(network(), thief), answer(rotated, thief)]).toEqual(['waits', 'MEMBER_TAKEN']);
  });
});

function distinct(members: readonly Member[]): number {
  return new Set(members.map(({ name }) => name)).size;
}

function after(
  governance: Governance,
  each: typeof happening extends fc.Arbitrary<infer T> ? T : never,
  timeMs: bigint,
): Governance {
  const offered = (proposal: Proposal): Governance => {
    const next = propose(governance, proposal, governor, { id: freshId(), timeMs });
    return typeof next === 'string' ? governance : next;
  };
  switch (each.kind) {
    case 'admit':
      return offered(admit(each.name, each.stake));
    case 'remove':
      return offered({ op: 'remove', name: each.name });
    case 'weigh':
      return offered({ op: 'weigh', name: each.name, stake: each.stake });
    case 'set':
      return offered(set(each.parameter, each.value));
    case 'accuse': {
      const consensusKey = key(`consensus ${each.name}`);
      return accuse(governance, { epoch: governance.epoch, name: each.name, consensusKey });
    }
    case 'agree':
      return governance.pending.reduce((next, { id }) => {
        const approved = votersOf(next).reduce((to, { name }) => noteApproval(to, id, name), next);
        return noteReady(approved, id);
      }, governance);
  }
}
