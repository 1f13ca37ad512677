import fc from 'fast-check';
import { buildSchema, getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { graphqlLimits, type Measures, measure } from '../../../server/src/graphql/limits.ts';

const schema = buildSchema(`
  type Query { item: Item, items(first: Int, last: Int): ItemConnection, list: [Item!]!, who: String }
  type ItemConnection { nodes: [Item!]! }
  type Item { name: String, self: Item, list: [Item!]!, items(first: Int): ItemConnection }
`);

function measured(query: string, variables: Readonly<Record<string, unknown>> = {}): Measures {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (operation === null || operation === undefined) throw new Error('There is no operation.');
  return measure(schema, document, operation, variables);
}

type Tree = { readonly alias: boolean; readonly below: readonly Tree[] };

const treeOf = (levels: number): fc.Arbitrary<Tree> =>
  fc.record({
    alias: fc.boolean(),
    below: levels === 0 ? fc.constant([]) : fc.array(treeOf(levels - 1), { maxLength: 3 }),
  });
const trees = treeOf(5);

/** Writes fields, some of them behind fragments, so that the same thing is asked in another way. */
function written(tree: Tree, throughFragments: boolean): string {
  const fragments: string[] = [];
  let count = 0;
  const field = ({ alias, below }: Tree): string => {
    count += 1;
    const name = below.length === 0 ? 'name' : 'self';
    const start = alias ? `a${count}: ${name}` : name;
    if (below.length === 0) return start;
    const inner = below.map(field).join(' ');
    if (!throughFragments) return `${start} { ${inner} }`;
    fragments.push(`fragment f${fragments.length} on Item { ${inner} }`);
    return `${start} { ...f${fragments.length - 1} ... on Item { __typename } }`;
  };
  const body = `{ item { ${field(tree)} } }`;
  return [body, ...fragments].join('\n');
}

const depthOf = ({ below }: Tree): number => 1 + Math.max(0, ...below.map(depthOf));
const aliasesOf = ({ alias, below }: Tree): number =>
  (alias ? 1 : 0) + below.reduce((sum, each) => sum + aliasesOf(each), 0);
const sizeOf = ({ below }: Tree): number => 1 + below.reduce((sum, each) => sum + sizeOf(each), 0);

describe('the measure of a document', () => {
  it('counts depth, aliases and fields as they stand', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        expect(measured(written(tree, false))).toEqual({
          depth: 1 + depthOf(tree),
          introspectionDepth: 0,
          aliases: aliasesOf(tree),
          cost: 1 + sizeOf(tree),
        });
      }),
      { seed: 20261122 },
    );
  });

  it('is at least the same when the same is asked through fragments', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const plain = measured(written(tree, false));
        const spread = measured(written(tree, true));

        expect(spread.depth).toBe(plain.depth);
        expect(spread.aliases).toBe(plain.aliases);
        expect(spread.cost).toBeGreaterThanOrEqual(plain.cost);
      }),
      { seed: 20261122 },
    );
  });

  it.each([
    ['{ items { nodes { name } } }', 1 + (1 + 5) * graphqlLimits.pageSizeUsual],
    ['{ items(first: 3) { nodes { name } } }', 1 + (1 + 5) * 3],
    ['{ items(first: 3, last: 7) { nodes { name } } }', 1 + (1 + 5) * 7],
    ['query Q($n: Int) { items(first: $n) { nodes { name } } }', 1 + (1 + 5) * 40],
    ['{ items(first: -5) { nodes { name } } }', 1 + (1 + 5)],
    ['{ list { name } }', 1 + 5],
  ])('multiplies what is in a list: %s', (query, cost) => {
    expect(measured(query, { n: 40 }).cost).toBe(cost);
  });

  it('of fragments that double each other is large, and is found quickly', () => {
    const levels = 300;
    const fragments = Array.from(
      { length: levels },
      (_, n) => `fragment f${n} on Item { a: self { ...f${n + 1} } b: self { ...f${n + 1} } }`,
    );
    const query = `{ item { ...f0 } } ${fragments.join(' ')} fragment f${levels} on Item { name }`;

    const startedMs = performance.now();
    const { depth, aliases } = measured(query);

    expect(performance.now() - startedMs).toBeLessThan(500);
    expect(depth).toBe(levels + 2);
    expect(aliases).toBeGreaterThan(graphqlLimits.aliasesMax);
  });

  it('does not run in circles with fragments that spread themselves', () => {
    const query =
      '{ item { ...a } } fragment a on Item { self { ...b } } fragment b on Item { self { ...a } }';

    expect(measured(query).depth).toBe(3);
  });

  it('keeps introspection apart', () => {
    expect(measured('{ __schema { types { name } } who }')).toEqual({
      ...{ depth: 1, introspectionDepth: 3, aliases: 0, cost: 2 },
    });
  });
});
