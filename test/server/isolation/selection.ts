/** Coordinates and selections of a schema: everything that a reader can ask of a type. */
import {
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from 'graphql';

type Field = GraphQLField<unknown, unknown>;
export type Coordinate = { readonly type: string; readonly field: string; readonly of: Field };

/** All fields of all object types that are not the language's own. */
export function coordinates(schema: GraphQLSchema): readonly Coordinate[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type))
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) =>
      Object.values(type.getFields()).map((of) => ({ type: type.name, field: of.name, of })),
    );
}

export function isComposite({ of }: Coordinate): boolean {
  return !isLeafType(getNamedType(of.type));
}

/** Arguments of type ID with their path, through input objects; an envelope's stand apart. */
export function idArguments({ of }: Coordinate): readonly string[] {
  return of.args.flatMap(({ name, type }) => idsIn(name, getNamedType(type)));
}

function idsIn(path: string, type: GraphQLNamedType): readonly string[] {
  if (type.name === 'ID') return [path];
  if (!isInputObjectType(type) || type.name === 'EnvelopeInput') return [];
  return Object.values(type.getFields()).flatMap((each: GraphQLInputField) =>
    idsIn(`${path}.${each.name}`, getNamedType(each.type)),
  );
}

/** Too large to ask for everywhere, and looked at by themselves. */
const byItself: ReadonlySet<string> = new Set([
  'Anchor.proof',
  'ChainStatus.anchorFile',
  'ChainStatus.handoversFile',
]);

/** Every field of a type, nested so deep; fields that need arguments are left out. */
export function selection(schema: GraphQLSchema, name: string, depth: number): string {
  const type = schema.getType(name);
  if (isUnionType(type)) {
    return schema
      .getPossibleTypes(type)
      .map((each) => `... on ${each.name} { ${selection(schema, each.name, depth)} }`)
      .join(' ');
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return '';
  const fields = Object.values(type.getFields())
    .filter(
      ({ args, name: field }) =>
        !args.some(isRequiredArgument) && !byItself.has(`${name}.${field}`),
    )
    .flatMap((field) => {
      const named = getNamedType(field.type);
      if (isLeafType(named)) return [field.name];
      return depth === 0 ? [] : [`${field.name} { ${selection(schema, named.name, depth - 1)} }`];
    });
  return ['__typename', ...fields].join(' ');
}
