/**
 * A bank's limits: setting them, and whether there is room for a request.
 *
 * A bank's limits are seen by the bank and the auditors, and by nobody else.
 */
import type { Parts, Reader } from '../kernel/act.ts';
import { handler } from '../kernel/act.ts';
import type { Change } from '../kernel/change.ts';
import { insert, update } from '../kernel/change.ts';
import { accept } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import { moneyText } from '../kernel/money.ts';
import type { BusinessDate } from '../kernel/time.ts';
import { requireProgramme } from '../party/service.ts';
import { auditorsOf } from '../receivable/service.ts';
import { type Guard, guard } from './checks.ts';
import { limitBarrier, limitFor, usageOf } from './exposure.ts';
import type { ExposureRow, LimitRow, RequestRow } from './model.ts';
import { granted } from './service-rows.ts';
import { texts } from './texts.ts';

/**
 * What a bank is willing to owe on one buyer, in one currency. Setting it again replaces it; a lower
 * one takes nothing back, it only stops new business. Refuses a party that is no bank of the buyer's
 * programmes; a buyer that the bank has nothing to do with is not found.
 */
export const setLimit = handler({
  kind: 'limit.set',
  objects: ({ buyer }) => [buyer],
  mandate: ({ sanctioned }) => ({ action: 'limit.set', amount: sanctioned }),
  async exposes(reader, { party, body: { buyer, sanctioned } }) {
    const limits = await reader.where<LimitRow>('buyer_limit', 'bank', party);
    const [minor, currency] = sanctioned;
    const before = limits.find((each) => each.buyer === buyer && each.currency === currency);
    const isRaised = minor > (before?.sanctionedMinor ?? 0n);
    return isRaised ? { bank: party, buyer } : ({} as Parts);
  },
  async decide(reader, act) {
    const { buyer, sanctioned, validTo } = act.body;
    const [sanctionedMinor, currency] = sanctioned;
    const shared = await sharedProgrammes(reader, act.party, buyer);
    if (shared.length === 0) throw notFound();
    const asBank = shared.filter(({ role }) => role === 'BANK');
    if (asBank.length === 0) return texts.notABank();
    if (sanctionedMinor < 0n) return texts.limitNegative({ minor: sanctionedMinor, currency });
    if (validTo < act.businessDate) return texts.validToInPast(validTo, act.businessDate);

    const limits = await reader.where<LimitRow>('buyer_limit', 'bank', act.party);
    const before = limits.find((each) => each.buyer === buyer && each.currency === currency);
    const auditors = await Promise.all(
      asBank.map(({ programme }) => auditorsOf(reader, programme)),
    );
    const readers = [...new Set([act.party, ...auditors.flat()])];
    if (before !== undefined) {
      const change = update('buyer_limit', before, { sanctionedMinor, validToDate: validTo });
      return accept(before.id, [change], { readers });
    }
    const limit: LimitRow = {
      id: act.id('lim', 0),
      version: 1,
      bank: act.party,
      buyer,
      currency,
      sanctionedMinor,
      validToDate: validTo,
      createdMs: act.at,
    };
    return accept(limit.id, [insert('buyer_limit', limit)], {
      grants: readers.map((party) => granted(party, 'BuyerLimit', limit)),
      readers,
    });
  },
});

/** How much of a limit is taken. */
export async function limitUsage(reader: Reader, limit: LimitRow) {
  const taken = (state: string) =>
    reader.total('exposure', { openLimit: limit.id, state }, 'amountMinor');
  return usageOf(limit, await taken('BLOCKED'), await taken('UTILISED'));
}

/** Whether a bank has room for the request in its limit on the buyer. */
export async function roomGuard(
  reader: Reader,
  bank: string,
  asked: Pick<RequestRow, 'issuer' | 'currency' | 'faceMinor'>,
  today: BusinessDate,
): Promise<Guard> {
  const limits = await reader.where<LimitRow>('buyer_limit', 'bank', bank);
  const limit = limitFor(limits, asked.issuer, asked.currency);
  if ('kind' in limit) return guard('BUYER_LIMIT', limit);
  return limitGuard(limit, await takenOf(reader, limit), asked.faceMinor, today);
}

/** Whether the room that was blocked for the request still holds: the limit may have been cut. */
export async function heldGuard(
  reader: Reader,
  asked: RequestRow,
  today: BusinessDate,
): Promise<Guard> {
  invariant(asked.bank !== null, 'a reserved request has its bank');
  const limit = await limitOf(reader, asked.bank, asked);
  if (limit === null) return guard('BUYER_LIMIT', texts.noBuyerLimit());
  const own = await exposureOf(reader, asked);
  const ownMinor = own?.openLimit === limit.id ? own.amountMinor : 0n;
  const othersMinor = (await takenOf(reader, limit)) - ownMinor;
  return limitGuard(limit, othersMinor, asked.faceMinor, today);
}

function limitGuard(
  limit: LimitRow,
  takenMinor: bigint,
  neededMinor: bigint,
  today: BusinessDate,
): Guard {
  const { currency } = limit;
  const { availableMinor } = usageOf(limit, takenMinor, 0n);
  return guard('BUYER_LIMIT', limitBarrier(limit, takenMinor, neededMinor, today), {
    seen: `${moneyText({ minor: availableMinor, currency })} available until ${limit.validToDate}`,
    expected: `${moneyText({ minor: neededMinor, currency })} or more`,
  });
}

export async function limitOf(
  reader: Reader,
  bank: string,
  asked: RequestRow,
): Promise<LimitRow | null> {
  const limits = await reader.where<LimitRow>('buyer_limit', 'bank', bank);
  const limit = limitFor(limits, asked.issuer, asked.currency);
  return 'kind' in limit ? null : limit;
}

/** What all open financings take of a limit, however many they are. */
export async function takenOf(reader: Reader, limit: LimitRow | null): Promise<bigint> {
  return limit === null ? 0n : reader.total('exposure', { openLimit: limit.id }, 'amountMinor');
}

export async function exposureOf(reader: Reader, asked: RequestRow): Promise<ExposureRow | null> {
  return asked.exposure === null ? null : reader.get<ExposureRow>('exposure', asked.exposure);
}

export async function releasedExposure(
  reader: Reader,
  asked: RequestRow,
): Promise<readonly Change[]> {
  const exposure = await exposureOf(reader, asked);
  if (exposure === null || exposure.state === 'RELEASED') return [];
  return [update('exposure', exposure, { state: 'RELEASED', openLimit: null })];
}

/** The programmes of the buyer in which the party stands, with its role. */
async function sharedProgrammes(reader: Reader, party: string, buyer: string) {
  const own = await reader.where<{
    readonly id: string;
    readonly programme: string;
    readonly role: string;
  }>('membership', 'member', party);
  const shared: { readonly programme: string; readonly role: string }[] = [];
  for (const { programme, role } of own) {
    const { core } = await requireProgramme(reader, programme);
    if (core === buyer && party !== buyer) shared.push({ programme, role });
  }
  return shared;
}
