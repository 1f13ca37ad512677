/** Carriage, decided over rows in memory: who may assign and report, and when goods have arrived. */
import type { InputOf } from '@tallystick/chain/src/act/kinds.ts';
import { insert } from '@tallystick/server/src/kernel/change.ts';
import { parseEpcis } from '@tallystick/server/src/logistics/epcis.ts';
import { logisticsLimits } from '@tallystick/server/src/logistics/model.ts';
import {
  deliveredInFull,
  deliveryInput,
  echoOf,
  makeLogisticsHandlers,
} from '@tallystick/server/src/logistics/service.ts';
import { type MemoryRows, memoryRows } from '@tallystick/server/src/platform/memory-reader.ts';
import { describe, expect, it } from 'vitest';
import { morning, sliceAct } from '../../support/slice-act.ts';

const [assignShipment, recordDelivery] = makeLogisticsHandlers({
  goodsOf: async (_reader, invoice) =>
    invoice === 'inv_1' ? { programme: 'prg_1', seller: 'bolt', buyer: 'aurora' } : null,
});

function world(): MemoryRows {
  const member = (who: string, role: string) =>
    insert('membership', {
      ...{ id: `prg_1:${who}:${role}`, version: 1, programme: 'prg_1', member: who, role },
      createdMs: 0n,
    });
  return memoryRows([member('swift', 'CARRIER'), member('ina', 'AUDITOR')]);
}

async function assign(
  rows: MemoryRows,
  input: Partial<InputOf<'shipment.assign'>> = {},
  party = 'bolt',
) {
  const act = sliceAct(
    'shipment.assign',
    { invoice: 'inv_1', carrier: 'swift', reference: 'TO-7', ...input },
    { party },
  );
  const decision = await assignShipment.decide(rows, act);
  if (decision.kind === 'accepted') {
    rows.apply(decision.changes);
    rows.grant(decision.grants);
  }
  return decision;
}

function event(more: object = {}) {
  const parsed = parseEpcis(
    JSON.stringify({
      type: 'ObjectEvent',
      action: 'OBSERVE',
      bizStep: 'receiving',
      epcList: ['urn:epc:id:sscc:4012345.1234567890'],
      eventTime: '2026-03-02T09:30:00Z',
      eventTimeZoneOffset: '+00:00',
      eventID: 'urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8',
      ...more,
    }),
  );
  if (parsed.kind !== 'events' || parsed.events[0] === undefined) throw new Error('no event');
  return parsed.events[0];
}

async function record(
  rows: MemoryRows,
  shipment: string,
  facts = event(),
  options: { readonly party?: string; readonly change?: Partial<InputOf<'delivery.record'>> } = {},
) {
  const act = sliceAct(
    'delivery.record',
    { ...deliveryInput(shipment, facts), ...options.change },
    { party: options.party ?? 'swift' },
  );
  const decision = await recordDelivery.decide(rows, act);
  if (decision.kind === 'accepted') {
    rows.apply(decision.changes);
    rows.grant(decision.grants);
  }
  return decision;
}

async function assigned() {
  const rows = world();
  const decision = await assign(rows);
  if (decision.kind !== 'accepted') throw new Error(decision.code);
  return { rows, shipment: decision.subject };
}

describe('naming the carrier', () => {
  it.each(['bolt', 'aurora'])('is for seller and buyer: %s', async (party) => {
    expect(await assign(world(), {}, party)).toMatchObject({
      kind: 'accepted',
      readers: ['bolt', 'aurora', 'swift', 'ina'],
    });
  });

  it.each(['swift', 'ina', 'nobody'])('is not found for anyone else: %s', async (party) => {
    await expect(assign(world(), {}, party)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is not found for an invoice that does not exist', async () => {
    await expect(assign(world(), { invoice: 'inv_2' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('refuses a carrier that is no member', async () => {
    expect(await assign(world(), { carrier: 'slow' })).toMatchObject({
      code: 'CARRIER_NOT_MEMBER',
    });
  });

  it('refuses the same reference twice on one invoice', async () => {
    const { rows } = await assigned();

    expect(await assign(rows)).toMatchObject({ code: 'SHIPMENT_EXISTS', path: 'reference' });
    expect(await assign(rows, { reference: 'TO-8' })).toMatchObject({ kind: 'accepted' });
  });

  it.each(['', ' TO-7', 'x'.repeat(logisticsLimits.referenceCharactersMax + 1)])(
    'refuses the reference %j',
    async (reference) => {
      expect(await assign(world(), { reference })).toMatchObject({ code: 'REFERENCE_INVALID' });
    },
  );
});

describe('reporting goods', () => {
  it('moves the shipment, and lets all who trade see the event', async () => {
    const { rows, shipment } = await assigned();

    const decision = await record(rows, shipment);

    expect(decision).toMatchObject({ kind: 'accepted', subject: shipment });
    expect(await rows.get('shipment', shipment)).toMatchObject({ received: true, shipped: false });
    const [row] = await rows.where('delivery_event', 'shipment', shipment);
    for (const reader of ['bolt', 'aurora', 'swift', 'ina'])
      expect(await rows.get('access', `${reader}:${row?.id}`)).toMatchObject({ level: 'F' });
  });

  it("is the carrier's alone: a trader is told so, a stranger finds nothing", async () => {
    const { rows, shipment } = await assigned();

    expect(await record(rows, shipment, event(), { party: 'bolt' })).toMatchObject({
      code: 'NOT_ASSIGNED_CARRIER',
    });
    await expect(record(rows, shipment, event(), { party: 'rival' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('refuses an event of the future, up to the drift of clocks', async () => {
    const { rows, shipment } = await assigned();
    const border = Number(morning + logisticsLimits.clockAheadMaxMs);
    const at = (ms: number) => event({ eventTime: new Date(ms).toISOString() });

    expect(await record(rows, shipment, at(border + 1))).toMatchObject({
      code: 'EVENT_TIME_FUTURE',
      path: 'eventTime',
    });
    expect(await record(rows, shipment, at(border))).toMatchObject({ kind: 'accepted' });
  });

  it('knows the same event again, and gives its first answer at the edge', async () => {
    const { rows, shipment } = await assigned();
    await record(rows, shipment);

    expect(await record(rows, shipment)).toMatchObject({ code: 'EVENT_KNOWN' });
    expect(await echoOf(rows, 'swift', event())).toMatchObject({ shipment });
    expect(await echoOf(rows, 'rival', event())).toBeNull();
  });

  it('refuses another event under a known id', async () => {
    const { rows, shipment } = await assigned();
    await record(rows, shipment);

    expect(await record(rows, shipment, event({ bizStep: 'shipping' }))).toMatchObject({
      code: 'EVENT_ID_TAKEN',
    });
  });

  it('refuses an event that does not say what happened', async () => {
    const { rows, shipment } = await assigned();

    expect(await record(rows, shipment, event({ bizStep: undefined }))).toMatchObject({
      code: 'BIZ_STEP_MISSING',
    });
  });

  it.each([
    ['bizStep', { bizStep: 'shipping' }],
    ['eventTime', { eventTime: '2026-03-01T00:00:00Z' }],
    ['eventHash', { eventHash: new Uint8Array(32) }],
    ['eventId', { eventId: 'urn:uuid:00000000-0000-0000-0000-000000000000' }],
    ['location', { location: 'urn:epc:id:sgln:0012345.11111.0' }],
  ])('refuses a field that says other than the signed event: %s', async (path, change) => {
    const { rows, shipment } = await assigned();

    expect(await record(rows, shipment, event(), { change })).toMatchObject({
      code: 'EVENT_MISMATCH',
      path,
    });
  });

  it.each(['{}', 'x', '[]'])('refuses what is no canonical event: %s', async (text) => {
    const { rows, shipment } = await assigned();

    expect(await record(rows, shipment, event(), { change: { event: text } })).toMatchObject({
      code: 'EVENT_INVALID',
    });
  });

  it('strikes a corrected event through and keeps it', async () => {
    const { rows, shipment } = await assigned();
    await record(rows, shipment);
    const corrective = 'urn:uuid:404d95fc-9457-4a51-bd6a-0bba133845a8';
    const errorDeclaration = {
      declarationTime: '2026-03-02T09:45:00Z',
      reason: 'incorrect_data',
      correctiveEventIDs: [corrective],
    };

    const decision = await record(rows, shipment, event({ errorDeclaration }));

    expect(decision).toMatchObject({ kind: 'accepted', grants: [] });
    expect(await rows.where('delivery_event', 'shipment', shipment)).toMatchObject([
      { bizStep: 'receiving', correctiveEventIds: [corrective], version: 2 },
    ]);
    expect(await rows.get('shipment', shipment)).toMatchObject({ received: false });
    const again = { ...errorDeclaration, reason: 'did_not_occur' };
    expect(await record(rows, shipment, event({ errorDeclaration }))).toMatchObject({
      code: 'EVENT_KNOWN',
    });
    expect(await record(rows, shipment, event({ errorDeclaration: again }))).toMatchObject({
      code: 'EVENT_ALREADY_CORRECTED',
    });
  });
});

describe('delivery in full', () => {
  it('needs a shipment, and a standing receiving event on each', async () => {
    const { rows, shipment } = await assigned();
    expect(await deliveredInFull(rows, 'inv_none')).toBe(false);
    expect(await deliveredInFull(rows, 'inv_1')).toBe(false);

    await record(rows, shipment);
    expect(await deliveredInFull(rows, 'inv_1')).toBe(true);

    const second = await assign(rows, { reference: 'TO-8' });
    expect(await deliveredInFull(rows, 'inv_1')).toBe(false);
    if (second.kind !== 'accepted') throw new Error(second.code);
    await record(rows, second.subject, event({ eventID: 'urn:uuid:1', bizStep: 'shipping' }));
    expect(await deliveredInFull(rows, 'inv_1')).toBe(false);
    await record(rows, second.subject, event({ eventID: 'urn:uuid:2' }));
    expect(await deliveredInFull(rows, 'inv_1')).toBe(true);
  });

  it('counts what was declared wrong no longer', async () => {
    const { rows, shipment } = await assigned();
    await record(rows, shipment);

    const errorDeclaration = { declarationTime: '2026-03-02T09:45:00Z' };
    await record(rows, shipment, event({ errorDeclaration }));

    expect(await deliveredInFull(rows, 'inv_1')).toBe(false);
  });
});

describe('what a carrier can see', () => {
  it('holds no amount: not in the rows, not in the acts', async () => {
    const { rows, shipment } = await assigned();
    await record(rows, shipment);

    const columns = ['shipment', 'delivery_event'].flatMap((table) =>
      [...(rows.tables.get(table)?.values() ?? [])].flatMap(Object.keys),
    );

    expect(columns.filter((column) => /minor|amount|currency|price/i.test(column))).toEqual([]);
  });
});
