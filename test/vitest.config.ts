/**
 * How the tests run: every `*.test.ts` beside its mirror, in the runtime that the project pins.
 *
 *   npx vitest run --config test/vitest.config.ts [--project chain|server|…] [paths]
 *
 * Only the projects that ask for it start the scratch PostgreSQL.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const database = fileURLToPath(new URL('support/database.ts', import.meta.url));

function project(
  name: string,
  include: readonly string[],
  more: TestProjectInlineConfiguration['test'] = {},
): TestProjectInlineConfiguration {
  return { extends: true, test: { name, include: [...include], ...more } };
}

/** Node and Vite would each choose another build of graphql, and schemas of one are unknown to the other. */
const graphql = createRequire(import.meta.url).resolve('graphql');

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  resolve: { alias: [{ find: /^graphql$/, replacement: graphql }] },
  test: {
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      project('chain', ['test/chain/**/*.test.ts']),
      project('tidy', ['test/tidy/**/*.test.ts']),
      project('web', ['test/web/**/*.test.{ts,tsx}']),
      project('server', ['test/server/**/*.test.ts', 'test/prisma/**/*.test.ts'], {
        globalSetup: [database],
      }),
      project('journeys', ['test/journeys/{crash,network,race,trade}/*.test.ts'], {
        testTimeout: 300_000,
        maxWorkers: 1,
      }),
      project('browser', ['test/journeys/*.test.ts'], {
        testTimeout: 300_000,
        maxWorkers: 1,
      }),
    ],
  },
});
