/**
 * Whether a bank's limits have room for a financing, and what a financing takes of them.
 *
 * Each limit gives its part in a row of its own; all of them are blocked, utilised and released together.
 */
import type { Act, Reader } from '../kernel/act.ts';
import type { Calendar } from '../kernel/calendar.ts';
import { businessDaysAfter } from '../kernel/calendar.ts';
import type { Change } from '../kernel/change.ts';
import { insert, update } from '../kernel/change.ts';
import { invariant } from '../kernel/invariant.ts';
import { moneyText } from '../kernel/money.ts';
import type { BusinessDate } from '../kernel/time.ts';
import { type Guard, guard } from './checks.ts';
import { limitBarrier, limitOn, limitsFor, usageOf } from './exposure.ts';
import type { ExposureRow, LimitRow, RequestRow } from './model.ts';
import { financingLimits } from './model.ts';

/** How much of a limit is taken. */
export async function limitUsage(reader: Reader, limit: LimitRow, today: BusinessDate) {
  const taken = (state: string) =>
    reader.total('exposure', { openLimit: limit.id, state }, 'amountMinor');
  return usageOf(limit, await taken('BLOCKED'), await taken('UTILISED'), today);
}

/** Whether a bank has room for the request in each of its limits that counts for it. */
export async function roomGuards(
  reader: Reader,
  bank: string,
  asked: RequestRow,
  today: BusinessDate,
): Promise<readonly Guard[]> {
  const limits = await limitsOf(reader, bank, asked);
  if ('kind' in limits) return [guard('BUYER_LIMIT', limits)];
  return Promise.all(limits.map((limit) => limitGuard(reader, limit, asked, null, today)));
}

/**
 * Whether the room that was blocked for the request still holds: a limit may have been cut. What was seen is the
 * request's own block, which nothing else of the same moment moves; so the acts give it again.
 */
export async function heldGuards(
  reader: Reader,
  asked: RequestRow,
  today: BusinessDate,
): Promise<readonly Guard[]> {
  invariant(asked.bank !== null, 'a reserved request has its bank');
  const limits = await limitsOf(reader, asked.bank, asked);
  if ('kind' in limits) return [guard('BUYER_LIMIT', limits)];
  const own = await exposuresOf(reader, asked);
  return Promise.all(
    limits.map((limit) => {
      const ownMinor = own.find(({ openLimit }) => openLimit === limit.id)?.amountMinor ?? 0n;
      return limitGuard(reader, limit, asked, ownMinor, today);
    }),
  );
}

async function limitGuard(
  reader: Reader,
  limit: LimitRow,
  { faceMinor, currency }: RequestRow,
  blockedMinor: bigint | null,
  today: BusinessDate,
): Promise<Guard> {
  const othersMinor = (await takenOf(reader, limit)) - (blockedMinor ?? 0n);
  const { availableMinor } = usageOf(limit, othersMinor, 0n, today);
  const ends = limit.adhocToDate !== null && limitOn(limit, today) > limit.sanctionedMinor;
  const until = ends ? `, ad hoc until ${limit.adhocToDate}` : '';
  return guard(`${limit.dimension}_LIMIT`, limitBarrier(limit, othersMinor, faceMinor, today), {
    seen:
      blockedMinor === null
        ? `${moneyText({ minor: availableMinor, currency })} available until ${limit.validToDate}${until}`
        : `${moneyText({ minor: blockedMinor, currency })} blocked`,
    expected: `${moneyText({ minor: faceMinor, currency })} or more`,
  });
}

/**
 * Blocks the face in every limit that counts, for some business days: the rows, and the one of the
 * limit on the buyer. Only after roomGuards let it pass.
 */
export async function blocked(
  reader: Reader,
  act: Pick<Act, 'id' | 'at' | 'businessDate'>,
  bank: string,
  asked: RequestRow,
  isOpen: Calendar,
): Promise<{
  readonly rows: readonly ExposureRow[];
  readonly changes: readonly Change[];
  readonly onBuyer: string;
}> {
  const limits = await limitsOf(reader, bank, asked);
  invariant(!('kind' in limits), 'there is a limit on the buyer');
  const blockedToDate = businessDaysAfter(act.businessDate, financingLimits.blockDays, isOpen);
  const rows = limits.map(
    (limit, order): ExposureRow => ({
      ...{ id: act.id('exp', order), version: 1, state: 'BLOCKED', creditLimit: limit.id },
      ...{ openLimit: limit.id, request: asked.id, bank, amountMinor: asked.faceMinor },
      ...{ blockedToDate, createdMs: act.at },
    }),
  );
  const onBuyer = rows[limits.findIndex(({ dimension }) => dimension === 'BUYER')];
  invariant(onBuyer !== undefined, 'the limit on the buyer is among them');
  return {
    rows,
    onBuyer: onBuyer.id,
    changes: [
      ...rows.map((row) => insert('exposure', row)),
      // Raises each limit's version, so that of two choices at once only one sees the room.
      ...limits.map((limit) => update('credit_limit', limit, {})),
    ],
  };
}

/** What the request takes of limits and has not given back. */
export async function exposuresOf(
  reader: Reader,
  asked: Pick<RequestRow, 'id'>,
): Promise<readonly ExposureRow[]> {
  return open(await reader.where<ExposureRow>('exposure', 'request', asked.id));
}

/** The bank has paid: what was blocked is utilised. */
export async function utilisedExposures(
  reader: Reader,
  asked: RequestRow,
): Promise<readonly Change[]> {
  const rows = await exposuresOf(reader, asked);
  invariant(rows.length > 0, 'an instructed request stands in a limit');
  return rows.map((row) => update('exposure', row, { state: 'UTILISED' }));
}

/** Nothing comes of it: all of it is free again. */
export async function releasedExposures(
  reader: Reader,
  asked: RequestRow,
): Promise<readonly Change[]> {
  return (await exposuresOf(reader, asked)).map(freed);
}

/** The buyer has paid so much of it: each limit that still carries it has that much more room. */
export async function loweredExposures(
  reader: Reader,
  asked: RequestRow,
  appliedMinor: bigint,
): Promise<readonly Change[]> {
  const rows = await reader.where<ExposureRow>('exposure', 'request', asked.id);
  invariant(rows.length > 0, 'a funded request stands in a limit');
  return open(rows).map((row) => {
    const amountMinor = row.amountMinor - appliedMinor;
    return amountMinor > 0n
      ? update('exposure', row, { amountMinor })
      : update('exposure', row, { amountMinor: 0n, state: 'RELEASED', openLimit: null });
  });
}

function open(rows: readonly ExposureRow[]): readonly ExposureRow[] {
  return rows.filter(({ state }) => state !== 'RELEASED');
}

export function freed(row: ExposureRow): Change {
  return update('exposure', row, { state: 'RELEASED', openLimit: null });
}

async function limitsOf(reader: Reader, bank: string, asked: RequestRow) {
  const limits = await reader.where<LimitRow>('credit_limit', 'bank', bank);
  return limitsFor(limits, asked);
}

/** What all open financings take of a limit, however many they are. */
function takenOf(reader: Reader, limit: LimitRow): Promise<bigint> {
  return reader.total('exposure', { openLimit: limit.id }, 'amountMinor');
}
