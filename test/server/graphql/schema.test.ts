/** The printed schema is committed, so that a change of contract is seen. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isObjectType, lexicographicSortSchema, printSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestWorld, testWorld } from '../../support/world.ts';

const file = fileURLToPath(new URL('../../../server/schema.graphql', import.meta.url));

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.stop());

describe('the schema', () => {
  it('is the one that is committed; PRINT_SCHEMA=1 writes it anew', () => {
    const printed = `${printSchema(lexicographicSortSchema(world.app.schema))}\n`;
    if (process.env.PRINT_SCHEMA === '1') writeFileSync(file, printed);

    expect(readFileSync(file, 'utf8')).toBe(printed);
  });

  it('describes every type and field', () => {
    const silent = Object.values(world.app.schema.getTypeMap())
      .filter(({ name }) => !name.startsWith('__'))
      .flatMap((type) => [
        ...(type.description ? [] : [type.name]),
        ...(isObjectType(type)
          ? Object.values(type.getFields())
              .filter(({ description }) => !description)
              .map((field) => `${type.name}.${field.name}`)
          : []),
      ]);

    expect(silent).toEqual([]);
  });
});
