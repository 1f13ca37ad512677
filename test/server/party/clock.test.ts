/** The business day: who may move it, and that it moves by itself where nobody may. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Act, Handler } from '../../../server/src/kernel/act.ts';
import { addDays } from '../../../server/src/kernel/time.ts';
import { startOf } from '../../../server/src/kernel/zone.ts';
import { genesisRows } from '../../../server/src/party/genesis.ts';
import {
  type BusinessClockRow,
  businessClockId,
  operatorId,
} from '../../../server/src/party/model.ts';
import { partyHandlers } from '../../../server/src/party/service.ts';
import { memoryRows } from '../../../server/src/platform/memory-reader.ts';
import { sliceAct } from '../../support/slice-act.ts';
import { type TestWorld, testWorld } from '../../support/world.ts';

const zone = 'Asia/Shanghai';

/** A clock that stood at the first moment of 2 March 2026 in Shanghai, and what acts make of it. */
function clock(mode: BusinessClockRow['mode']) {
  const key = { id: 'k', publicKey: new Uint8Array(32) };
  const rows = memoryRows(
    genesisRows({
      ...{ operatorName: 'Operator', country: 'NL', governorName: 'Gia' },
      ...{ governorKey: key, automationKey: { ...key, id: 'a' } },
      ...{ zone, clock: mode, businessDate: '2026-01-15' },
      createdMs: startOf('2026-03-02', zone),
    }).changes,
  );
  const row = () => rows.get<BusinessClockRow>('business_clock', businessClockId);
  return {
    row,
    today: async () => (await row())?.date,
    async act(kind: 'clock.set' | 'clock.tick', date: string, at: bigint) {
      const handler = partyHandlers.find((each) => (each.kind as string) === kind) as Handler;
      const person = kind === 'clock.tick' ? null : 'man_governor';
      const act = sliceAct(kind, { date }, { party: operatorId, person, at });
      const decision = await handler.decide(rows, act as unknown as Act);
      if (decision.kind === 'refusal') return decision.code;
      rows.apply(decision.changes);
      return 'done';
    },
  };
}

describe('the business day of a network', () => {
  it('begins with the day of its zone, whatever the founder says', async () => {
    expect(await clock('REAL').today()).toBe('2026-03-02');
    expect(await clock('BY_HAND').today()).toBe('2026-01-15');
  });

  it('ends at midnight of its zone and not a millisecond earlier', async () => {
    const { act, today } = clock('REAL');
    const midnight = startOf('2026-03-03', zone);

    expect(await act('clock.tick', '2026-03-03', midnight - 1n)).toBe('DAY_NOT_OVER');
    expect(await act('clock.tick', '2026-03-03', midnight)).toBe('done');
    expect(await today()).toBe('2026-03-03');
    expect(await act('clock.tick', '2026-03-03', midnight + 1n)).toBe('DAY_NOT_OVER');
  });

  it('is not set by the governor in production, neither ahead nor to today', async () => {
    const { act, today } = clock('REAL');
    const now = startOf('2026-03-02', zone) + 1n;

    expect(await act('clock.set', '2026-03-03', now)).toBe('CLOCK_IS_REAL');
    expect(await act('clock.set', '2026-03-02', now)).toBe('CLOCK_IS_REAL');
    expect(await today()).toBe('2026-03-02');
  });

  it('is the day that all derive: no tick leads to another', async () => {
    const { act } = clock('REAL');
    const later = startOf('2026-03-05', zone);

    expect(await act('clock.tick', '2026-03-04', later)).toBe('BAD_INPUT');
    expect(await act('clock.tick', '2026-03-06', later)).toBe('BAD_INPUT');
    expect(await act('clock.tick', '2026-03-05', later)).toBe('done');
  });

  it('B.9.61, B.9.62: goes through a year, its leap day and both changes of the clocks, one day at a time', async () => {
    const { act, row } = clock('REAL');
    let date = '2026-03-02';
    for (let day = 0; day < 800; day += 1) {
      date = addDays(date, 1);
      expect(await act('clock.tick', date, startOf(date, zone) + BigInt(day))).toBe('done');
    }

    expect(await row()).toMatchObject({ date: '2028-05-10', realDate: '2028-05-10', version: 801 });
  });

  it('goes on in a demo from the day to which it was set, when real midnight comes', async () => {
    const { act, today } = clock('MOVABLE');
    const evening = startOf('2026-03-03', zone) - 1n;

    expect(await act('clock.set', '2026-06-01', evening)).toBe('done');
    expect(await act('clock.tick', '2026-06-02', evening)).toBe('DAY_NOT_OVER');
    expect(await act('clock.tick', '2026-06-02', evening + 1n)).toBe('done');
    expect(await today()).toBe('2026-06-02');
    expect(await act('clock.set', '2026-06-01', evening + 2n)).toBe('BAD_INPUT');
  });

  it('stands still in a world that is moved by hand', async () => {
    const { act, today } = clock('BY_HAND');

    expect(await act('clock.tick', '2026-01-16', startOf('2027-01-01', zone))).toBe('DAY_NOT_OVER');
    expect(await today()).toBe('2026-01-15');
  });
});

describe('a production world', () => {
  let world: TestWorld | null = null;
  afterEach(async () => {
    await world?.stop();
    world = null;
  });

  it('has caught up with the day by itself when it was asleep for a week, and the audit agrees', async () => {
    const foundedMs = BigInt(Date.now()) - 7n * 86_400_000n;
    world = await testWorld('2026-01-15', { clock: 'REAL', zone }, foundedMs);
    await world.app.automation.settle();

    const { rows } = await world.database.pool.query<BusinessClockRow>(
      'SELECT * FROM business_clock',
    );
    const report = await world.audit();

    expect(rows[0]).toMatchObject({ version: 2, date: rows[0]?.realDate });
    expect([7, 8]).toContain(
      Math.round((Date.parse(rows[0]?.date ?? '') - Number(foundedMs)) / 86_400_000 + 0.5),
    );
    expect(report).toMatchObject({ acts: 1, differences: [] });
  });
});
