/**
 * The dashboard: what all that one may see comes to, by kind and state, and what falls due when. The same
 * lists are behind every figure, so each can be opened; and both are of one commit.
 */
import type { Due, Sum } from '../platform/listings.ts';
import type { Schema } from './builder.ts';
import { signedIn } from './context.ts';

type Dashboard = {
  readonly asOf: string;
  readonly sums: readonly Sum[];
  readonly dues: readonly Due[];
};

export function defineDashboard({ builder, MoneyType }: Schema): void {
  const Side = builder.enumType('Side', {
    description: 'What you are to an object.',
    values: {
      SOLD: { description: 'Invoice: you are the seller.' },
      BOUGHT: { description: 'Invoice: you are the buyer.' },
      HELD: { description: 'Certificate: you are its holder.' },
      ASKED: { description: 'Request: you ask.' },
      FINANCED: { description: 'Request: yours is the chosen quote.' },
      PAYABLE: { description: 'Payment: you pay.' },
      RECEIVABLE: { description: 'Payment: you are paid.' },
      OWN: { description: 'Bank line: on your own account.' },
      SEEN: { description: 'You may look at it.' },
    } as const,
  });
  const When = builder.enumType('DueWhen', {
    description: 'When something falls due, counted from the business day.',
    values: {
      OVERDUE: { description: 'Before it.' },
      TODAY: { description: 'On it.' },
      WEEK: { description: 'Within seven days.' },
      MONTH: { description: 'Within thirty days, after those seven.' },
      LATER: { description: 'After them.' },
    } as const,
  });
  const SumType = builder.objectRef<Sum>('DashboardSum').implement({
    description: 'How many objects of a type stand in one state, and what they come to.',
    fields: (t) => ({
      type: t.exposeString('type', { description: 'Their type in this schema.' }),
      side: t.field({
        type: Side,
        description: 'What you are to them.',
        resolve: ({ side }) => side as never,
      }),
      state: t.exposeString('state', { description: 'Of their type, as you see it.' }),
      count: t.exposeInt('count', { description: 'How many.' }),
      amount: t.field({
        type: MoneyType,
        description:
          'What they are about: the promise where there is one, else what was asked for.',
        resolve: ({ amountMinor: minor, currency }) => ({ minor, currency }),
      }),
      open: t.field({
        type: MoneyType,
        description: 'What of it has still to be paid.',
        resolve: ({ openMinor: minor, currency }) => ({ minor, currency }),
      }),
    }),
  });
  const DueType = builder.objectRef<Due>('DashboardDue').implement({
    description: 'What of a type has still to be paid in a span of days.',
    fields: (t) => ({
      type: t.exposeString('type', { description: 'Of what.' }),
      side: t.field({
        type: Side,
        description: 'What you are to it.',
        resolve: ({ side }) => side as never,
      }),
      when: t.expose('when', { type: When, description: 'The span of days.' }),
      count: t.exposeInt('count', { description: 'How many.' }),
      open: t.field({
        type: MoneyType,
        description: 'How much.',
        resolve: ({ openMinor: minor, currency }) => ({ minor, currency }),
      }),
    }),
  });
  const DashboardType = builder.objectRef<Dashboard>('Dashboard').implement({
    description: 'What all that you may see comes to. Exact at every commit.',
    fields: (t) => ({
      asOf: t.expose('asOf', { type: 'Date', description: 'The business day.' }),
      sums: t.field({
        type: [SumType],
        description: 'By type, side, state and currency.',
        resolve: ({ sums }) => [...sums],
      }),
      dues: t.field({
        type: [DueType],
        description: 'What is open, by type, side, span of days and currency.',
        resolve: ({ dues }) => [...dues],
      }),
    }),
  });
  builder.queryField('dashboard', (t) =>
    t.field({
      type: DashboardType,
      description: 'The sums over your lists.',
      resolve: async (_root, _args, context) => {
        signedIn(context);
        const asOf = await context.services.today();
        const [sums, dues] = await Promise.all([
          context.portfolio.sums(),
          context.portfolio.dues(asOf),
        ]);
        return { asOf, sums, dues };
      },
    }),
  );
}
