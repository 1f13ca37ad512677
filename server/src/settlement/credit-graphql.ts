/** What a credit note on an invoice would do, for its seller before it signs. No decision lives here. */
import type { ObjectRef } from '@pothos/core';
import { sum } from '../../../chain/src/calc/amount.ts';
import { openCredit } from '../dispute/crediting.ts';
import type { Schema, Types } from '../graphql/builder.ts';
import type { InvoiceView } from '../invoice/graphql.ts';
import type { InvoiceRow } from '../invoice/model.ts';
import type { Reader } from '../kernel/act.ts';
import { parseAmount } from '../kernel/money.ts';
import { planOf } from './crediting.ts';
import type { Taken } from './dilution.ts';

type Plan = { readonly taken: Taken | null; readonly currency: string };

export function defineCreditPlan(
  { builder, MoneyType, MoneyInput }: Schema,
  {
    InvoiceType,
    reader,
  }: { readonly InvoiceType: ObjectRef<Types, InvoiceView>; readonly reader: () => Reader },
): void {
  const amountOf = (pick: (taken: Taken) => bigint) => (plan: Plan) =>
    plan.taken === null ? null : { minor: pick(plan.taken), currency: plan.currency };
  const CreditPlan = builder.objectRef<Plan>('CreditPlan').implement({
    description: 'What a credit note would do today. Nothing is done by asking.',
    fields: (t) => ({
      isWaiting: t.boolean({
        description:
          'A part is reserved, offered on or before the chain: it waits until that is decided.',
        resolve: ({ taken }) => taken === null,
      }),
      held: t.field({
        type: MoneyType,
        nullable: true,
        description: 'What you hold yourself and are owed less.',
        resolve: amountOf(({ uncertifiedMinor, ownMinor }) => uncertifiedMinor + sum(ownMinor)),
      }),
      sold: t.field({
        type: MoneyType,
        nullable: true,
        description:
          'What you sold and the buyer pays less: the bank takes it from what it kept back.',
        resolve: amountOf(({ soldMinor }) => sum(soldMinor)),
      }),
      owedBack: t.field({
        type: MoneyType,
        nullable: true,
        description: 'What others hold and are paid in full: you owe it back to the buyer.',
        resolve: amountOf(({ owedBackMinor }) => owedBackMinor),
      }),
    }),
  });
  builder.objectFields(InvoiceType, (t) => ({
    openToCredit: t.field({
      type: MoneyType,
      nullable: true,
      description: 'The most that a credit note may still take of it; for its seller.',
      resolve: async ({ id, seller, currency }, _args, { see }) =>
        see.reader === seller ? { minor: await openCredit(reader(), id), currency } : null,
    }),
    creditPlan: t.field({
      type: CreditPlan,
      nullable: true,
      description:
        'What a credit note of that amount would do; for its seller, of what is promised.',
      args: {
        amount: t.arg({ type: MoneyInput, required: true, description: 'Of the credit note.' }),
      },
      resolve: async ({ id, seller, currency }, { amount }, { see }) => {
        const asked = parseAmount(amount.amount, amount.currency);
        if (see.reader !== seller || asked === null) return null;
        if (asked.currency !== currency || asked.minor <= 0n) return null;
        const rows = reader();
        const invoice = await rows.get<InvoiceRow>('invoice', id);
        if (invoice === null || asked.minor > (await openCredit(rows, id))) return null;
        const plan = await planOf(rows, invoice, asked.minor);
        return { taken: 'kind' in plan ? null : plan.taken, currency };
      },
    }),
  }));
}
