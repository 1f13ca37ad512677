/**
 * Every kind of act, by name. The registry is part of the protocol: browser, server and
 * verifier read field order from here, so that leaf i of a kind always means the same.
 */
import type { ActKind, CommonBody, FieldsOf } from './kind.ts';
import { disputeKinds } from './kinds/dispute.ts';
import { financingKinds } from './kinds/financing.ts';
import { invoiceKinds } from './kinds/invoice.ts';
import { logisticsKinds } from './kinds/logistics.ts';
import { networkKinds } from './kinds/network.ts';
import { partyKinds } from './kinds/party.ts';
import { receivableKinds } from './kinds/receivable.ts';
import { recoveryKinds } from './kinds/recovery.ts';
import { settlementKinds } from './kinds/settlement.ts';

const all = [
  ...partyKinds,
  ...invoiceKinds,
  ...disputeKinds,
  ...receivableKinds,
  ...logisticsKinds,
  ...financingKinds,
  ...recoveryKinds,
  ...settlementKinds,
  ...networkKinds,
] as const;

type Registered = (typeof all)[number];
export type KindName = Registered['name'];
export type KindOf<N extends KindName> = Extract<Registered, { readonly name: N }>;
/** The kind's own fields, typed. */
export type InputOf<N extends KindName> = FieldsOf<KindOf<N>['fields']>;
/** The whole body: the common fields, then the kind's own. */
export type BodyOf<N extends KindName> = CommonBody & InputOf<N>;

const byName: ReadonlyMap<string, ActKind> = new Map(
  all.map((each) => [each.name, each as unknown as ActKind]),
);

export const kindNames: readonly KindName[] = all.map((each) => each.name);

/** The kind of that name, or undefined: an unknown kind is never guessed. */
export function kindNamed(name: string): ActKind | undefined {
  return byName.get(name);
}
