/** What validators enforce: whose act may stand, which act loses, and that nothing happens twice. */
import { describe, expect, it } from 'vitest';
import type { PublicEffects } from '../../../chain/src/act/kind.ts';
import {
  type Applied,
  applyEntry,
  genesisState,
  keyIn,
  readEntry,
  type StateContext,
} from '../../../chain/src/core/state.ts';
import { getFrom, rootOf, type StateMap } from '../../../chain/src/core/state-map.ts';
import { hex, sha256, utf8 } from '../../../chain/src/crypto/digest.ts';
import { placeOf } from '../../../chain/src/log/state.ts';
import {
  type Act,
  type Actor,
  actor,
  adds,
  type Change,
  operator,
  person,
  revokes,
} from '../../support/chain-world.ts';

const chainId = sha256(utf8('a chain'));
const context: StateContext = { chainId, operatorGroups: new Set([hex(operator.group)]) };
const supplier = person('lena', 'Supplier');
const colleague = person('otto', 'Supplier');
const buyer = person('bea', 'Buyer');
const token = (name: string): Uint8Array => sha256(utf8(name));

type Board = {
  readonly map: () => StateMap;
  readonly operator: Actor;
  readonly of: (who: typeof supplier) => Actor;
  /** Applies the act and keeps the map when it may stand. */
  readonly put: (act: Act) => string;
  readonly see: (by: Actor, effects?: Partial<PublicEffects>, change?: Change) => string;
};

/** A state with the operator's key, and everything that a test says to it. */
function board(): Board {
  const first = actor(chainId, operator);
  let map = genesisState([
    {
      channel: first.channel,
      publicKey: operator.publicKey,
      group: operator.group,
      custody: 'operator',
    },
  ]);
  const put = (act: Act): string => {
    const entry = readEntry(act.header, act.signature);
    if (entry === undefined) return 'unreadable';
    const applied: Applied = applyEntry(context, map, entry, { epoch: 1n, timeMs: 0n });
    if (applied.kind === 'invalid') return applied.fault;
    ({ map } = applied);
    return applied.refusal ?? 'accepted';
  };
  return {
    map: () => map,
    operator: first,
    of: (who) => actor(chainId, who),
    put,
    see: (by, effects, change) => put(by.act(effects, change)),
  };
}

/** A board on which supplier and buyer have a key. */
function settled() {
  const world = board();
  world.see(world.operator, adds(world.operator.channel, supplier));
  world.see(world.operator, adds(world.operator.channel, buyer));
  return { world, lena: world.of(supplier), bea: world.of(buyer) };
}

describe('the order of a key’s acts', () => {
  it('takes acts one after the other and each once', () => {
    const { world, lena } = settled();
    const first = lena.act();
    const second = lena.act();

    expect(world.put(second)).toBe('SEQUENCE_AHEAD');
    expect(world.put(first)).toBe('accepted');
    expect(world.put(first)).toBe('SEQUENCE_STALE');
    expect(world.put(second)).toBe('accepted');
  });

  it('refuses an act that names another act as the one before', () => {
    const { world, lena } = settled();
    world.see(lena);

    expect(world.see(lena, {}, { previousAct: token('another act'), forget: true })).toBe(
      'SEQUENCE_STALE',
    );
    expect(world.see(lena)).toBe('accepted');
  });

  it('counts each key by itself', () => {
    const { world, lena, bea } = settled();

    expect([world.see(lena), world.see(bea), world.see(lena), world.see(bea)]).toEqual(
      Array(4).fill('accepted'),
    );
    expect(keyIn(world.map(), lena.channel, lena.keyId)?.seq).toBe(2n);
  });

  it('refuses an act of another chain, of an unknown key, and of an epoch to come', () => {
    const { world, lena } = settled();
    const stranger = world.of(person('nobody'));

    expect(world.see(lena, {}, { chainId: token('another'), forget: true })).toBe('CHAIN_MISMATCH');
    expect(world.see(lena, {}, { epoch: 2n, forget: true })).toBe('ACT_MALFORMED');
    expect(world.see(stranger)).toBe('KEY_UNKNOWN');
  });
});

describe('keys', () => {
  it('are added by a key of their own organisation', () => {
    const { world, lena } = settled();

    expect(world.see(lena, adds(lena.channel, colleague))).toBe('accepted');
    expect(world.see(world.of(colleague))).toBe('accepted');
  });

  it('are first added by a sponsor, and from then on only by their own or the operator', () => {
    const { world, lena, bea } = settled();
    const guest = person('gil', 'Guest');
    const second = person('gus', 'Guest');

    expect(world.see(bea, adds(bea.channel, guest))).toBe('accepted');
    expect(world.see(lena, adds(lena.channel, second), { forget: true })).toBe('KEY_UNAUTHORISED');
    expect(world.see(world.operator, adds(bea.channel, second))).toBe('accepted');
  });

  it('of the operator are added by the operator alone', () => {
    const { world, lena } = settled();
    const helper = person('olga', 'operator');

    expect(world.see(lena, adds(lena.channel, helper, 'operator'))).toBe('KEY_UNAUTHORISED');
    expect(world.see(world.operator, adds(lena.channel, helper, 'operator'))).toBe('accepted');
  });

  it('sign nothing after they were revoked, and are not revoked twice', () => {
    const { world, lena } = settled();
    world.see(lena, adds(lena.channel, colleague));
    const otto = world.of(colleague);
    world.see(otto);

    expect(world.see(otto, revokes(lena.channel, supplier))).toBe('accepted');
    expect(world.see(lena, {}, { forget: true })).toBe('KEY_REVOKED');
    expect(world.see(otto, revokes(lena.channel, supplier))).toBe('KEY_MISSING');
  });

  it('are not revoked by another organisation, but by the operator they are', () => {
    const { world, lena, bea } = settled();

    expect(world.see(bea, revokes(lena.channel, supplier), { forget: true })).toBe(
      'KEY_UNAUTHORISED',
    );
    expect(world.see(world.operator, revokes(lena.channel, supplier))).toBe('accepted');
  });

  it('of an organisation that has none left come from the operator, never from a sponsor', () => {
    const { world, lena, bea } = settled();
    world.see(lena, revokes(lena.channel, supplier));

    expect(world.see(bea, adds(bea.channel, colleague), { forget: true })).toBe('KEY_UNAUTHORISED');
    expect(world.see(world.operator, adds(bea.channel, colleague))).toBe('accepted');
  });

  it('are refused when they are registered already', () => {
    const { world } = settled();

    expect(world.see(world.operator, adds(world.operator.channel, buyer))).toBe('KEY_TAKEN');
  });

  it('of automation sign only what anyone can derive again', () => {
    const { world, lena } = settled();
    const robot = person('robot', 'operator');
    const automation = world.of(robot);

    expect(world.see(lena, adds(lena.channel, robot, 'automation'), { forget: true })).toBe(
      'KEY_UNAUTHORISED',
    );
    expect(world.see(world.operator, adds(lena.channel, robot, 'automation'))).toBe('accepted');
    expect(world.see(automation, {}, { forget: true })).toBe('KEY_UNAUTHORISED');
    expect(world.see(automation, {}, { kindName: 'certificate.due' })).toBe('accepted');
  });

  it('of a machine of the network sign nothing of the trade, and add or revoke no key', () => {
    const { world, lena } = settled();
    const machine = person('machine', 'operator');
    const program = person('program', 'operator');
    const { channel } = lena;
    world.see(world.operator, adds(channel, machine, 'network'));
    world.see(world.operator, adds(channel, program, 'program'));
    const fingerprint = { op: 'reserve', token: token('invoice 1') } as const;

    for (const effects of [{}, { fingerprints: [fingerprint] }, revokes(channel, supplier)]) {
      expect(world.see(world.of(machine), effects, { forget: true })).toBe('KEY_UNAUTHORISED');
      expect(world.see(world.of(program), effects, { forget: true })).not.toBe('KEY_UNAUTHORISED');
      world.see(world.operator, adds(channel, supplier));
    }
  });
});

describe('fingerprints and notes', () => {
  const reserve = (name: string) =>
    ({ fingerprints: [{ op: 'reserve', token: token(name) }] }) as const;
  const finance = (name: string) =>
    ({ fingerprints: [{ op: 'finance', token: token(name) }] }) as const;
  const mark = (name: string) => ({ fingerprints: [{ op: 'mark', token: token(name) }] }) as const;
  const release = (name: string) =>
    ({ fingerprints: [{ op: 'release', token: token(name) }] }) as const;

  it('are reserved once, whoever comes second', () => {
    const { world, lena, bea } = settled();

    expect(world.see(lena, reserve('invoice 1'))).toBe('accepted');
    expect(world.see(bea, reserve('invoice 1'))).toBe('FINGERPRINT_TAKEN');
    expect(world.see(bea, reserve('invoice 2'))).toBe('accepted');
  });

  it('B.9.40: are free again after a release, and leave nothing behind', () => {
    const { world, lena, bea } = settled();
    const before = getFrom(world.map(), placeOf('fingerprint', lena.channel, token('invoice 1')));
    world.see(lena, reserve('invoice 1'));
    world.see(lena, release('invoice 1'));

    expect(getFrom(world.map(), placeOf('fingerprint', lena.channel, token('invoice 1')))).toBe(
      before,
    );
    expect(world.see(bea, reserve('invoice 1'))).toBe('accepted');
  });

  it('are financed once and never released afterwards', () => {
    const { world, lena } = settled();

    expect(world.see(lena, finance('invoice 1'))).toBe('FINGERPRINT_MISSING');
    world.see(lena, reserve('invoice 1'));
    expect(world.see(lena, finance('invoice 1'))).toBe('accepted');
    expect(world.see(lena, finance('invoice 1'))).toBe('FINGERPRINT_FINANCED');
    expect(world.see(lena, release('invoice 1'))).toBe('FINGERPRINT_FINANCED');
    expect(world.see(lena, reserve('invoice 1'))).toBe('FINGERPRINT_TAKEN');
  });

  it('are marked financed part by part, by whoever funds the first and the next, for good', () => {
    const { world, lena, bea } = settled();
    const place = placeOf('fingerprint', lena.channel, token('invoice 1'));

    expect(world.see(lena, mark('invoice 1'))).toBe('FINGERPRINT_MISSING');
    world.see(lena, reserve('invoice 1'));
    expect(world.see(bea, mark('invoice 1'))).toBe('accepted');
    expect(getFrom(world.map(), place)).toEqual(Uint8Array.of(2));
    expect(world.see(lena, mark('invoice 1'))).toBe('accepted');
    expect(getFrom(world.map(), place)).toEqual(Uint8Array.of(2));
    expect(world.see(lena, finance('invoice 1'))).toBe('FINGERPRINT_FINANCED');
    expect(world.see(lena, release('invoice 1'))).toBe('FINGERPRINT_FINANCED');
    expect(world.see(bea, reserve('invoice 1'))).toBe('FINGERPRINT_TAKEN');
  });

  it('are spent once, and only when they were created', () => {
    const { world, lena, bea } = settled();
    const [whole, left, right] = ['whole', 'left', 'right'].map(token);
    if (whole === undefined || left === undefined || right === undefined) throw new Error();

    expect(world.see(lena, { notes: { spend: [], create: [whole] } })).toBe('accepted');
    expect(world.see(lena, { notes: { spend: [whole], create: [left, right] } })).toBe('accepted');
    expect(world.see(bea, { notes: { spend: [whole], create: [] } })).toBe('NOTE_SPENT');
    expect(world.see(bea, { notes: { spend: [token('never')], create: [] } })).toBe('NOTE_MISSING');
    expect(world.see(bea, { notes: { spend: [], create: [left] } })).toBe('NOTE_TAKEN');
    expect(world.see(bea, { notes: { spend: [], create: [whole] } })).toBe('NOTE_TAKEN');
  });

  it('change nothing when the act loses, but the act uses up its number', () => {
    const { world, lena, bea } = settled();
    world.see(lena, reserve('invoice 1'));
    const lost = bea.act({
      fingerprints: [
        { op: 'reserve', token: token('invoice 9') },
        { op: 'reserve', token: token('invoice 1') },
      ],
      notes: { spend: [], create: [token('note')] },
    });

    expect(world.put(lost)).toBe('FINGERPRINT_TAKEN');
    expect(keyIn(world.map(), bea.channel, bea.keyId)?.seq).toBe(1n);
    expect(world.see(lena, reserve('invoice 9'))).toBe('accepted');
    expect(world.see(bea, { notes: { spend: [], create: [token('note')] } })).toBe('accepted');
  });

  it('give the same root for the same acts', () => {
    const roots = [1, 2].map(() => {
      const { world, lena } = settled();
      world.see(lena, reserve('invoice 1'));
      return hex(rootOf(world.map()));
    });

    expect(roots[0]).toBe(roots[1]);
  });
});
