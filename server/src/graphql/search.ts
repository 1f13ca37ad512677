/** Search: objects by the words that one's lists show. What is not yours to see has no words for you. */
import type { searchedTypes } from '../platform/portfolio.ts';
import type { Page } from '../platform/see.ts';
import { pageOf, type Schema } from './builder.ts';
import { type Context, signedIn } from './context.ts';
import type { NodeLoader } from './node.ts';

type Node = { readonly id: string };

export function defineSearch(schema: Schema, loaders: readonly NodeLoader[]): void {
  const { builder, NodeType, connection, pageArgs } = schema;
  const SearchType = builder.enumType('SearchType', {
    description: 'What can be found by its words.',
    values: {
      Invoice: { description: 'By number, seller, buyer and order.' },
      Certificate: { description: 'By who owes and who holds it.' },
      FinanceRequest: { description: 'By who asks and who owes.' },
      Leg: { description: 'A payment: by reference, payer and payee.' },
      StatementLine: { description: 'A bank line: by what the bank says of it.' },
      Party: { description: 'By name and registered number.' },
    } as const satisfies Record<(typeof searchedTypes)[number], object>,
  });
  const FoundConnection = connection('Node', NodeType as never);
  const loaderOf = new Map(loaders.map((each) => [each.type, each]));

  builder.queryField('search', (t) =>
    t.field({
      type: FoundConnection,
      description:
        'Objects of a type that have these words, in this order, anywhere; newest first.',
      args: {
        text: t.arg.string({
          required: true,
          description:
            'Three letters or more, or two Chinese characters. Capitals and width do not count.',
        }),
        type: t.arg({ type: SearchType, required: true, description: 'Of what.' }),
        ...pageArgs,
      },
      resolve: async (_root, { text, type, ...page }, context) => {
        signedIn(context);
        const found = await context.portfolio.find(text, type, pageOf(page));
        return shown(found, type, context);
      },
    }),
  );

  /** The objects as every other place shows them. */
  async function shown(found: Page<string>, type: string, context: Context): Promise<Page<Node>> {
    const loader = loaderOf.get(type);
    const rows = await Promise.all(
      found.rows.map(async (id) => {
        const row = (await loader?.load(context, id)) ?? null;
        return row === null ? null : { ...row, id, __typename: type };
      }),
    );
    return {
      rows: rows.filter((row) => row !== null),
      hasNextPage: found.hasNextPage,
      cursors: found.cursors.filter((_, order) => rows[order] !== null),
    };
  }
}
