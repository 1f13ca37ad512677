/** Any object by its id: the prefix says its type, the loader whether it is there for the viewer. */
import type { Schema } from './builder.ts';
import { type Context, signedIn } from './context.ts';

export type NodeLoader = {
  /** Of its ids, such as 'inv'. */
  readonly prefix: string;
  readonly type: string;
  readonly load: (context: Context, id: string) => Promise<object | null>;
};

export function defineNode({ builder, NodeType }: Schema, loaders: readonly NodeLoader[]): void {
  const byPrefix = new Map(loaders.map((each) => [each.prefix, each]));
  builder.queryField('node', (t) =>
    t.field({
      type: NodeType,
      nullable: true,
      description: 'The object of that id; null when it is not there or not yours to see.',
      args: { id: t.arg.id({ required: true, description: 'Opaque and global.' }) },
      resolve: async (_root, { id }, context) => {
        signedIn(context);
        const loader = byPrefix.get(id.split('_')[0] ?? '');
        const row = (await loader?.load(context, id)) ?? null;
        return row === null ? null : { ...row, id, __typename: loader?.type };
      },
    }),
  );
}
