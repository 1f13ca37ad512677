/** `npm run schema` writes the file anew; the change is then seen in the commit. */
import {
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  printSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestWorld, testWorld } from '../support/world.ts';

let world: TestWorld;
let schema: GraphQLSchema;

beforeAll(async () => {
  world = await testWorld();
  schema = world.app.schema;
});
afterAll(() => world.stop());

describe('the printed schema', () => {
  it('is the one that is committed, so that a change of contract is seen', async () => {
    await expect(`${printSchema(schema)}\n`).toMatchFileSnapshot('../../server/schema.graphql');
  });

  it('describes every type, field, argument and input', () => {
    const types = Object.values(schema.getTypeMap()).filter(
      (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
    );
    const silent = types.flatMap((type) => {
      const outputs = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
      const inputs = isInputObjectType(type) ? type.getFields() : {};
      const args = Object.values(outputs).flatMap((field) => field.args);
      const all = [type, ...Object.values(outputs), ...Object.values(inputs), ...args];
      return all
        .filter(({ description }) => !description)
        .map(({ name }) => `${type.name}: ${name}`);
    });

    expect(silent).toEqual([]);
  });
});
