import { certificateFrom } from '@tallystick/chain/src/core/certificate.ts';
import { step } from '@tallystick/chain/src/core/consensus.ts';
import type { Effect } from '@tallystick/chain/src/core/effect.ts';
import type { Consensus } from '@tallystick/chain/src/core/epoch.ts';
import type { Input } from '@tallystick/chain/src/core/input.ts';
import type { Message } from '@tallystick/chain/src/core/message.ts';
import type { Block } from '@tallystick/chain/src/core/proposal.ts';
import { type VoteKind, zeroDigest } from '@tallystick/chain/src/core/vote.ts';
import { describe, expect, it } from 'vitest';
import {
  blockOf,
  drive,
  genesis,
  kindsOf,
  machine,
  payload,
  peers,
  saidIn,
  signed,
} from './parliament.ts';

const restart: Input = { kind: 'restart', records: [] };
const work: Input = { kind: 'work', waiting: true };

function from(peer: string, message: Message): Input {
  return { kind: 'message', from: peer, message };
}

function voteFrom(voter: number, kind: VoteKind, view: bigint, digest = zeroDigest): Input {
  return from(`v${voter}`, {
    kind: 'vote',
    vote: signed(voter, { kind, epoch: 0n, view, digest }),
  });
}

function certificate(kind: 'notarize' | 'nullify' | 'finalize', view: bigint, digest = zeroDigest) {
  return certificateFrom(
    kind,
    [0, 1, 2].map((voter) => signed(voter, { kind, epoch: 0n, view, digest })),
  );
}

function certified(
  kind: 'notarize' | 'nullify' | 'finalize',
  view: bigint,
  digest = zeroDigest,
): Input {
  return from('v0', { kind: 'certificate', certificate: certificate(kind, view, digest) });
}

function proposed(leader: number, block: Block): Input {
  const { epoch, view, digest } = block;
  const vote = signed(leader, { kind: 'propose', epoch, view, digest });
  const proposal = { block, vote, parentCertificate: null, nullifications: [] };
  return from(`v${leader}`, { kind: 'propose', proposal });
}

function fired(view: bigint): Input {
  return { kind: 'timer', timer: 'view', epoch: 0n, view };
}

/** Lets four machines talk in rounds until nobody has anything to say; returns the commits by round. */
function talk(states: readonly Consensus[], first: readonly Input[]): ReadonlyMap<string, number> {
  const committed = new Map<string, number>();
  const isOffered = new Set<string>();
  let inbox = states.map(() => [...first]);
  for (let round = 0; round < 20 && inbox.some((inputs) => inputs.length > 0); round += 1) {
    const next: Input[][] = states.map(() => []);
    const carry = (index: number, effect: Effect): void => {
      const state = states[index];
      if (state === undefined) return;
      if (effect.kind === 'commit') committed.set(state.self, round);
      if (effect.kind === 'broadcast') {
        next.forEach((inputs, other) => {
          if (other !== index) inputs.push(from(state.self, effect.message));
        });
      }
      if (effect.kind !== 'askPayload') return;
      const { epoch, view, parent } = effect;
      const answer = isOffered.has('e1') ? null : payload('e1');
      isOffered.add('e1');
      const input: Input = { kind: 'payload', epoch, view, parent: parent.digest, payload: answer };
      for (const made of drive(state, input)) carry(index, made);
    };
    inbox.forEach((inputs, index) => {
      const state = states[index];
      if (state === undefined) return;
      for (const effect of drive(state, ...inputs)) carry(index, effect);
    });
    inbox = next;
  }
  return committed;
}

describe('four honest validators', () => {
  it('make an entry final three message delays after it came, without any timer', () => {
    const states = peers.map((peer) => machine(peer));
    for (const state of states) drive(state, restart);

    const committed = talk(states, [work]);

    expect(Object.fromEntries(committed)).toEqual({ v0: 3, v1: 3, v2: 3, v3: 3 });
  });

  it('run no view while nothing waits', () => {
    const effects = peers.flatMap((peer) => drive(machine(peer), restart));
    const timers = effects.flatMap((effect) => (effect.kind === 'setTimer' ? [effect.timer] : []));

    expect(new Set(timers)).toEqual(new Set(['retry']));
    expect(new Set(saidIn(effects))).toEqual(new Set(['tip']));
  });
});

describe('a validator in a view', () => {
  it('makes block and vote durable before it says a word', () => {
    const state = machine('v1');
    drive(state, restart);

    const effects = drive(state, proposed(0, blockOf(1n, 1n, null)));

    const kinds = kindsOf(effects).filter((kind) => !/Timer/.test(kind));
    expect(kinds).toEqual(['validate', 'persist', 'sign', 'persist', 'broadcast']);
  });

  it('votes for the first proposal only, and reports the second', () => {
    const state = machine('v1');
    drive(state, restart, proposed(0, blockOf(1n, 1n, null, 'one')));

    const effects = drive(state, proposed(0, blockOf(1n, 1n, null, 'other')));

    expect(saidIn(effects)).toEqual([]);
    expect(effects).toMatchObject([
      { kind: 'report', evidence: { kind: 'doublePropose', voter: 0 } },
    ]);
  });

  it('does nothing the second time it hears the same', () => {
    const state = machine('v1');
    const block = blockOf(1n, 1n, null);
    const inputs = [proposed(0, block), voteFrom(0, 'notarize', 1n, block.digest)];
    drive(state, restart, ...inputs);

    expect(drive(state, ...inputs)).toEqual([]);
  });

  it('ignores a proposal of somebody who does not lead', () => {
    const state = machine('v1');
    drive(state, restart);

    expect(drive(state, proposed(2, blockOf(1n, 1n, null)))).toEqual([]);
  });

  it('nullifies a view whose block is invalid', () => {
    const state = machine('v1');
    const block = blockOf(1n, 1n, null);
    drive(state, restart);
    step(state, proposed(0, block));

    const verdict = { ok: false, reason: 'an entry is malformed' } as const;
    const effects = drive(state, { kind: 'validated', digest: block.digest, verdict });

    expect(saidIn(effects)).toEqual(['nullify']);
  });

  it('refuses a block whose height does not follow its parent', () => {
    const state = machine('v1');
    drive(state, restart);

    expect(saidIn(drive(state, proposed(0, blockOf(1n, 2n, null))))).toEqual(['nullify']);
  });

  it('does not vote across a view that is not nullified, and asks for the nullification', () => {
    const state = machine('v2');
    drive(state, restart, certified('notarize', 1n, blockOf(1n, 1n, null).digest));

    const effects = drive(state, proposed(1, blockOf(2n, 1n, null)));

    expect(saidIn(effects)).toEqual(['fetchCertificate']);
  });

  it('votes across it as soon as the nullification comes', () => {
    const state = machine('v2');
    drive(state, restart, certified('notarize', 1n, blockOf(1n, 1n, null).digest));
    drive(state, proposed(1, blockOf(2n, 1n, null)));

    const effects = drive(state, certified('nullify', 1n));

    expect(saidIn(effects)).toContain('notarize');
  });

  it('gives up when its timer fires, once', () => {
    const state = machine('v1');
    drive(state, restart, work);

    expect(saidIn(drive(state, fired(1n)))).toEqual(['nullify']);
    expect(saidIn(drive(state, fired(1n)))).toEqual([]);
  });

  it('may still notarize after it gave up, but never finalizes', () => {
    const state = machine('v1');
    const block = blockOf(1n, 1n, null);
    drive(state, restart, work, fired(1n));

    expect(saidIn(drive(state, proposed(0, block)))).toEqual(['notarize']);
    expect(saidIn(drive(state, certified('notarize', 1n, block.digest)))).not.toContain('finalize');
  });

  it('does not give up on a view that it has voted to finalize, even when the timer comes late', () => {
    const state = machine('v1');
    const block = blockOf(1n, 1n, null);
    drive(state, restart, proposed(0, block), certified('notarize', 1n, block.digest));

    expect(saidIn(drive(state, fired(1n)))).toEqual([]);
  });

  it('waits twice as long after a view that was nullified', () => {
    const state = machine('v1');
    const first = drive(state, restart, work);
    const second = drive(state, certified('nullify', 1n));

    const waits = [first, second].map((effects) =>
      effects.flatMap((effect) =>
        effect.kind === 'setTimer' && effect.timer === 'view' ? [effect.afterMs] : [],
      ),
    );
    expect(waits).toEqual([[150], [300]]);
  });
});

describe('a leader', () => {
  it('asks for a payload as soon as work waits, and proposes before it votes', () => {
    const state = machine('v0');
    const asked = drive(state, restart, work);
    const answer: Input = {
      kind: 'payload',
      epoch: 0n,
      view: 1n,
      parent: zeroDigest,
      payload: payload('e1'),
    };

    expect(kindsOf(asked)).toContain('askPayload');
    expect(saidIn(drive(state, answer))).toEqual(['propose', 'notarize']);
    expect(saidIn(drive(state, answer))).toEqual([]);
  });

  it('asks for the certificates of views that it jumped over, then proposes', () => {
    const state = machine('v3');

    const jumped = drive(state, restart, work, certified('nullify', 3n));
    const helped = drive(state, certified('nullify', 2n), certified('nullify', 1n));

    expect(saidIn(jumped)).toContain('fetchCertificate');
    expect(kindsOf(jumped)).not.toContain('askPayload');
    expect(helped).toMatchObject([
      { kind: 'persist' },
      { kind: 'broadcast', message: { kind: 'fetchCertificate', view: 1n } },
      { kind: 'persist' },
      { kind: 'askPayload', view: 4n, parent: { view: 0n } },
    ]);
  });

  it('puts an empty block on a parent that stays unfinished', () => {
    const state = machine('v1');
    const block = blockOf(1n, 1n, null);
    drive(state, restart, proposed(0, block), certified('notarize', 1n, block.digest));

    const effects = drive(state, { kind: 'timer', timer: 'extend', epoch: 0n, view: 2n });

    expect(effects).toMatchObject([
      { kind: 'askPayload', view: 2n, mustExtend: true, ancestors: [{ digest: block.digest }] },
    ]);
  });

  it('puts only a filler on a sealing block', () => {
    const state = machine('v1');
    const content = { ...blockOf(1n, 1n, null), payload: payload('end', true) };
    drive(state, restart, work, proposed(0, content), certified('notarize', 1n, content.digest));

    const effects = drive(state, { kind: 'timer', timer: 'extend', epoch: 0n, view: 2n });

    const blocks = effects.flatMap((effect) =>
      effect.kind === 'persist' && effect.record.kind === 'block' ? [effect.record.block] : [],
    );
    expect(blocks).toMatchObject([{ view: 2n, height: 1n, filler: true }]);
    expect(kindsOf(effects)).not.toContain('askPayload');
  });
});

describe('finality', () => {
  it('takes all ancestors along, oldest first', () => {
    const state = machine('v3');
    const first = blockOf(1n, 1n, null);
    const second = blockOf(2n, 2n, first);
    drive(
      state,
      restart,
      proposed(0, first),
      certified('notarize', 1n, first.digest),
      proposed(1, second),
    );
    drive(state, certified('notarize', 2n, second.digest));

    const effects = drive(state, certified('finalize', 2n, second.digest));

    const commits = effects.filter((effect) => effect.kind === 'commit');
    expect(commits).toMatchObject([{ blocks: [{ height: 1n }, { height: 2n }], sealed: false }]);
  });

  it('waits for a body that is missing, and asks the signers one after the other', () => {
    const state = machine('v3');
    const block = blockOf(1n, 1n, null);
    const asked = drive(state, restart, certified('finalize', 1n, block.digest));
    const again = drive(state, { kind: 'timer', timer: 'retry', epoch: 0n, view: 1n });

    const fetches = [...asked, ...again].flatMap((effect) =>
      effect.kind === 'send' && effect.message.kind === 'fetchBlock' ? [effect.to] : [],
    );
    expect(new Set(fetches).size).toBe(2);
    expect(kindsOf(drive(state, from('v1', { kind: 'block', block })))).toContain('commit');
  });

  it('of a sealing block ends the epoch, and fillers are not committed', () => {
    const state = machine('v3');
    const sealing = { ...blockOf(1n, 1n, null), payload: payload('end', true) };
    const filler = { ...blockOf(2n, 1n, sealing, ''), filler: true };
    drive(state, restart, proposed(0, sealing), certified('notarize', 1n, sealing.digest));
    drive(state, proposed(1, filler), certified('notarize', 2n, filler.digest));

    const effects = drive(state, certified('finalize', 2n, filler.digest));

    const commit = effects.find((effect) => effect.kind === 'commit');
    expect(commit).toMatchObject({
      blocks: [{ height: 1n }],
      trail: [{ filler: true }],
      sealed: true,
    });
    expect(saidIn(drive(state, work, fired(3n)))).toEqual([]);
  });

  it('of a block that does not descend from the last final one stops the validator', () => {
    const state = machine('v3', { ...genesis, view: 1n, height: 1n, digest: '1'.repeat(64) });
    const stray = blockOf(2n, 2n, blockOf(1n, 1n, null));
    drive(state, restart, proposed(1, stray));

    expect(() => drive(state, certified('finalize', 2n, stray.digest))).toThrow('does not descend');
  });

  it('is not believed from too little stake', () => {
    const state = machine('v3');
    const block = blockOf(1n, 1n, null);
    drive(state, restart, proposed(0, block));
    const votes = [0, 1].map((voter) =>
      signed(voter, { kind: 'finalize', epoch: 0n, view: 1n, digest: block.digest }),
    );
    const weak = certificateFrom('finalize', votes);

    expect(drive(state, from('v0', { kind: 'certificate', certificate: weak }))).toEqual([]);
  });
});

describe('after a restart', () => {
  const block = blockOf(1n, 1n, null);
  const mine = (kind: VoteKind, digest = zeroDigest) =>
    ({ kind: 'vote', vote: signed(1, { kind, epoch: 0n, view: 1n, digest }) }) as const;

  it('a durable notarization counts as a finalize vote, which is said again', () => {
    const notarization = {
      kind: 'certificate',
      certificate: certificate('notarize', 1n, block.digest),
    } as const;
    const records = [
      { kind: 'block', block } as const,
      mine('notarize', block.digest),
      notarization,
    ];
    const state = machine('v1');

    expect(saidIn(drive(state, { kind: 'restart', records }))).toContain('finalize');
    expect(saidIn(drive(state, fired(1n)))).not.toContain('nullify');
  });

  it('a durable nullify vote forbids the finalize vote', () => {
    const state = machine('v1');
    drive(state, { kind: 'restart', records: [mine('nullify')] });

    expect(saidIn(drive(state, certified('notarize', 1n, block.digest)))).not.toContain('finalize');
  });

  it('a durable notarize vote forbids another one', () => {
    const state = machine('v1');
    const records = [{ kind: 'block', block } as const, mine('notarize', block.digest)];
    drive(state, { kind: 'restart', records });

    expect(saidIn(drive(state, proposed(0, blockOf(1n, 1n, null, 'other'))))).toEqual([]);
  });

  it('own durable votes count again', () => {
    const state = machine('v1');
    const records = [{ kind: 'block', block } as const, mine('notarize', block.digest)];
    drive(state, { kind: 'restart', records });

    const votes = [0, 2].map((voter) => voteFrom(voter, 'notarize', 1n, block.digest));
    expect(saidIn(drive(state, ...votes))).toContain('finalize');
  });

  it('a leader sends its old block again and makes no other', () => {
    const own = blockOf(1n, 1n, null);
    const vote = signed(0, { kind: 'propose', epoch: 0n, view: 1n, digest: own.digest });
    const state = machine('v0');
    const records = [{ kind: 'block', block: own } as const, { kind: 'vote', vote } as const];
    const started = drive(state, { kind: 'restart', records }, work);
    const retried = drive(state, { kind: 'timer', timer: 'retry', epoch: 0n, view: 1n });

    expect(kindsOf(started)).not.toContain('askPayload');
    expect(saidIn(retried)).toContain('propose');
  });
});

describe('a validator that lags', () => {
  it('asks for finalized blocks, and asks the next peer when no answer comes', () => {
    const state = machine('v3');
    drive(state, restart);
    const tip: Message = { kind: 'tip', epoch: 0n, height: 9n };
    const first = drive(state, from('v0', tip), from('v1', tip));
    const second = drive(state, { kind: 'timer', timer: 'retry', epoch: 0n, view: 1n });

    const asked = [first, second].map((effects) =>
      effects.flatMap((effect) =>
        effect.kind === 'send' && effect.message.kind === 'fetchFinalized' ? [effect.to] : [],
      ),
    );
    expect(asked).toEqual([['v0'], ['v1']]);
  });

  it('takes a batch only when its blocks lead up to the finalization', () => {
    const first = blockOf(1n, 1n, null);
    const second = blockOf(4n, 2n, first);
    const finalization = certificate('finalize', 4n, second.digest);
    const batch = (blocks: readonly Block[]): Input =>
      from('v0', { kind: 'finalized', blocks, trail: [], finalization });
    const state = machine('v3');
    drive(state, restart);

    expect(kindsOf(drive(state, batch([second, first])))).not.toContain('commit');
    expect(kindsOf(drive(state, batch([first, second])))).toContain('commit');
    expect(state.tip).toMatchObject({ height: 2n, view: 4n });
  });

  it('is told how far the others are when it nullifies what is history', () => {
    const state = machine('v3');
    const block = blockOf(1n, 1n, null);
    drive(state, restart, proposed(0, block), certified('finalize', 1n, block.digest));

    const effects = drive(state, voteFrom(2, 'nullify', 1n));

    expect(effects).toMatchObject([{ kind: 'send', to: 'v2', message: { kind: 'certificate' } }]);
  });
});
