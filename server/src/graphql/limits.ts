/**
 * What one request may cost, before anything of it runs.
 *
 * A document is measured as it would be executed: fragments count where they are spread, with the
 * variables of the request. Depth bounds nesting, aliases bound repetition (`__typename` counts too),
 * and cost bounds the number of values that may come back, for a list multiplies what is in it. Every
 * no says what was seen and what is allowed.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';

export const graphqlLimits = {
  /** Of a JSON body, in bytes. */
  bodyBytesMax: 256 * 1024,
  /** Of one uploaded file, in bytes. */
  uploadBytesMax: 20 * 1024 * 1024,
  uploadsPerRequestMax: 1,
  /** Uploads that are read at a time in this process; more wait for nothing and are told to try again. */
  uploadsAtOnceMax: 8,
  /** Lexical tokens of a document. */
  tokensMax: 4_000,
  depthMax: 12,
  /** Depth below `__schema` and `__type`, whose types nest by wrapping. */
  introspectionDepthMax: 20,
  aliasesMax: 50,
  costMax: 20_000,
  /** Operations in one HTTP request. */
  batchMax: 10,
  /** Of one operation over HTTP, uploads included. */
  operationMsMax: 15_000,
  /** What a connection counts for when the request does not say `first` or `last`. */
  pageSizeUsual: 20,
  /** What a plain list counts for. */
  listSizeUsual: 5,
  /** What the answers of a request of many acts count for, which it never passes. */
  resultsMax: 100,
  socketsMax: 2_000,
  socketMessageBytesMax: 64 * 1024,
  subscriptionsPerSocketMax: 50,
  operationsPerSocketMinuteMax: 600,
} as const;

export type Measures = {
  readonly depth: number;
  readonly introspectionDepth: number;
  readonly aliases: number;
  readonly cost: number;
};

type Variables = Readonly<Record<string, unknown>>;

/** The refusal of a document that asks for too much, or null. Expects a document that is valid. */
export function excess(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): GraphQLError | null {
  const { depth, introspectionDepth, aliases, cost } = measure(
    schema,
    document,
    operation,
    variables,
  );
  const { depthMax, introspectionDepthMax, aliasesMax, costMax } = graphqlLimits;
  if (depth > depthMax) return tooMuch('QUERY_TOO_DEEP', 'levels deep', depth, depthMax);
  if (introspectionDepth > introspectionDepthMax)
    return tooMuch('QUERY_TOO_DEEP', 'levels deep', introspectionDepth, introspectionDepthMax);
  if (aliases > aliasesMax)
    return tooMuch('QUERY_ALIASED_TOO_OFTEN', 'aliases', aliases, aliasesMax);
  if (cost > costMax) return tooMuch('QUERY_TOO_COSTLY', 'values at most', cost, costMax);
  return null;
}

export function tooMuch(code: string, unit: string, seen: number, expected: number): GraphQLError {
  return new GraphQLError(
    `The request asks for more than is allowed: ${seen} ${unit}, where ${expected} are allowed.`,
    {
      extensions: {
        code,
        seen: String(seen),
        expected: `at most ${expected}`,
        http: { status: 400 },
      },
    },
  );
}

/** Beyond this a measure is large enough to refuse, and stays exact no longer. */
const measureMax = Number.MAX_SAFE_INTEGER;

/**
 * Measures one operation of a valid document. Each fragment is measured once per type that it is
 * spread on, so a document that spreads fragments in fragments takes no longer than it is long.
 */
export function measure(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): Measures {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions)
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  const known = new Map<string, Measures>();
  const open = new Set<string>();
  const root = rootType(schema, operation);

  function ofSelections({ selections }: SelectionSetNode, parent: GraphQLNamedType): Measures {
    let sum: Measures = { depth: 0, introspectionDepth: 0, aliases: 0, cost: 0 };
    for (const selection of selections) {
      switch (selection.kind) {
        case Kind.FIELD:
          sum = add(sum, ofField(selection, parent));
          break;
        case Kind.INLINE_FRAGMENT: {
          const name = selection.typeCondition?.name.value;
          const type = name === undefined ? parent : (schema.getType(name) ?? parent);
          sum = add(sum, ofSelections(selection.selectionSet, type));
          break;
        }
        case Kind.FRAGMENT_SPREAD:
          sum = add(sum, ofFragment(selection.name.value));
      }
    }
    return sum;
  }

  function ofField(field: FieldNode, parent: GraphQLNamedType): Measures {
    const type = typeOf(schema, parent, field.name.value);
    const below =
      field.selectionSet === undefined || type === null
        ? { depth: 0, introspectionDepth: 0, aliases: 0, cost: 0 }
        : ofSelections(field.selectionSet, getNamedType(type));
    const isIntrospection = parent === root && field.name.value.startsWith('__');
    const depth = 1 + below.depth;
    return {
      depth: isIntrospection ? 0 : depth,
      introspectionDepth: isIntrospection ? depth : below.introspectionDepth,
      aliases: below.aliases + (field.alias === undefined ? 0 : 1),
      cost: isIntrospection
        ? 1
        : Math.min(measureMax, 1 + below.cost * sizeOf(field, type, variables)),
    };
  }

  function ofFragment(name: string): Measures {
    const before = known.get(name);
    const fragment = fragments.get(name);
    const type = schema.getType(fragment?.typeCondition.name.value ?? '');
    if (before !== undefined) return before;
    if (fragment === undefined || type === undefined || open.has(name))
      return { depth: 0, introspectionDepth: 0, aliases: 0, cost: 0 };
    open.add(name);
    const measured = ofSelections(fragment.selectionSet, type);
    open.delete(name);
    known.set(name, measured);
    return measured;
  }

  return root === null
    ? { depth: 0, introspectionDepth: 0, aliases: 0, cost: 0 }
    : ofSelections(operation.selectionSet, root);
}

function add(a: Measures, b: Measures): Measures {
  return {
    depth: Math.max(a.depth, b.depth),
    introspectionDepth: Math.max(a.introspectionDepth, b.introspectionDepth),
    aliases: Math.min(measureMax, a.aliases + b.aliases),
    cost: Math.min(measureMax, a.cost + b.cost),
  };
}

function rootType(
  schema: GraphQLSchema,
  { operation }: OperationDefinitionNode,
): GraphQLNamedType | null {
  switch (operation) {
    case OperationTypeNode.QUERY:
      return schema.getQueryType() ?? null;
    case OperationTypeNode.MUTATION:
      return schema.getMutationType() ?? null;
    case OperationTypeNode.SUBSCRIPTION:
      return schema.getSubscriptionType() ?? null;
  }
}

function typeOf(
  schema: GraphQLSchema,
  parent: GraphQLNamedType,
  name: string,
): GraphQLOutputType | null {
  if (name === '__schema') return schema.getType('__Schema') as GraphQLOutputType;
  if (name === '__type') return schema.getType('__Type') as GraphQLOutputType;
  if (!isObjectType(parent) && !isInterfaceType(parent)) return null;
  return parent.getFields()[name]?.type ?? null;
}

/** How many times what is below a field may come back. */
function sizeOf(field: FieldNode, type: GraphQLOutputType | null, variables: Variables): number {
  if (type === null) return 1;
  const bare = isNonNullType(type) ? type.ofType : type;
  const isConnection = getNamedType(type).name.endsWith('Connection');
  if (!isConnection) {
    const { resultsMax, listSizeUsual } = graphqlLimits;
    if (!isListType(bare)) return 1;
    return field.name.value === 'results' ? resultsMax : listSizeUsual;
  }
  const asked = ['first', 'last'].map((name) => numberOf(field, name, variables));
  const known = asked.filter((size) => size !== null);
  return known.length === 0 ? graphqlLimits.pageSizeUsual : Math.max(1, ...known);
}

function numberOf(field: FieldNode, name: string, variables: Variables): number | null {
  const value = field.arguments?.find((each) => each.name.value === name)?.value;
  if (value?.kind === Kind.INT) return Number(value.value);
  if (value?.kind !== Kind.VARIABLE) return null;
  const given = variables[value.name.value];
  return typeof given === 'number' ? given : null;
}
