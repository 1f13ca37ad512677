/** Today: what waits for the viewer, oldest deadline first. Each slice says what waits in it. */

import type { Money } from '../kernel/money.ts';
import { daysBetween } from '../kernel/time.ts';
import type { Schema } from './builder.ts';
import { type Context, signedIn, type Viewer } from './context.ts';

/** One thing that waits for the viewer, with its one next action. */
export type WorkItem = {
  /** action, colon, subject. */
  readonly id: string;
  /** Such as 'confirm', 'accept-certificate', 'choose'. */
  readonly action: string;
  readonly subjectId: string;
  readonly subjectType: string;
  /** What it is called: the number of the invoice, the bank's name. */
  readonly title: string;
  readonly counterparty: string;
  readonly amount: Money | null;
  /** A business day; null where none presses. */
  readonly deadline: string | null;
};

/** What waits in one slice, at most `itemsMax`. */
export type WorkSource = (context: Context, viewer: Viewer) => Promise<readonly WorkItem[]>;

export const itemsMax = 50;

export function defineToday({ builder, MoneyType }: Schema, sources: readonly WorkSource[]): void {
  const Urgency = builder.enumType('Urgency', {
    description: 'How it presses.',
    values: ['OVERDUE', 'TODAY', 'SOON', 'LATER'] as const,
  });
  const Item = builder.objectRef<WorkItem & { today: string }>('WorkItem').implement({
    description: 'One thing that waits for you, with its one next action.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'Of the item.' }),
      action: t.exposeString('action', { description: 'What to do.' }),
      subjectId: t.exposeID('subjectId', { description: 'With what.' }),
      subjectType: t.exposeString('subjectType', { description: 'Its type in this schema.' }),
      title: t.exposeString('title', { description: 'What it is called.' }),
      counterparty: t.exposeString('counterparty', { description: 'With whom.' }),
      amount: t.expose('amount', {
        type: MoneyType,
        nullable: true,
        description: 'About how much.',
      }),
      deadline: t.expose('deadline', { type: 'Date', nullable: true, description: 'By when.' }),
      urgency: t.field({
        type: Urgency,
        description: 'How it presses today.',
        resolve: ({ deadline, today }) => urgencyOf(deadline, today),
      }),
    }),
  });
  builder.queryField('today', (t) =>
    t.field({
      type: [Item],
      description: 'What waits for you, oldest deadline first.',
      resolve: async (_root, _args, context) => {
        const viewer = signedIn(context);
        const today = await context.services.today();
        const items = (await Promise.all(sources.map((source) => source(context, viewer)))).flat();
        return items
          .sort((a, b) => ((a.deadline ?? '9999') < (b.deadline ?? '9999') ? -1 : 1))
          .slice(0, itemsMax)
          .map((item) => ({ ...item, today }));
      },
    }),
  );
}

/** Three days ahead is soon. */
const soonDays = 3;

function urgencyOf(deadline: string | null, today: string) {
  if (deadline === null) return 'LATER';
  const days = daysBetween(today, deadline);
  if (days < 0) return 'OVERDUE';
  if (days === 0) return 'TODAY';
  return days <= soonDays ? 'SOON' : 'LATER';
}
