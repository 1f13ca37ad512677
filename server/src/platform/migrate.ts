/**
 * Migrations, forward only, without downloading anything: Prisma's own engine as WebAssembly.
 *
 *   node server/src/platform/migrate.ts deploy | status | check | new <name>
 *
 * The history in `prisma/migrations` and the table `_prisma_migrations` are those of Prisma. The
 * engine knows tables, keys and indexes; CHECK constraints, triggers and partial indexes stand in
 * `prisma/constraints/*.sql`. What changes is added by `new`, to which constraints, triggers and
 * functions are written by hand; a test holds the whole history to what both folders say. Works on
 * DATABASE_URL; the commands that only need an engine to think with start a scratch server when it
 * is not set.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
} from '@prisma/driver-adapter-utils';
import type { DiffTarget, MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import { startScratchPostgres } from './postgres.ts';

export type Folders = { readonly prisma: string };

export const projectFolders: Folders = {
  prisma: fileURLToPath(new URL('../../../prisma', import.meta.url)),
};

const filters = { externalTables: [], externalEnums: [] };
const lockFile = 'migration_lock.toml';
const lockText = '# Written by the migrate command.\nprovider = "postgresql"\n';

/**
 * Applies what is missing, in order. Returns the names of what was applied; nothing the second time.
 * A history that is complete already is seen without waking the engine, so an ordinary start is quick.
 */
export async function deploy(url: string, folders = projectFolders): Promise<readonly string[]> {
  if (await isComplete(url, folders)) return [];
  const migrationsList = await readMigrations(folders);
  return withEngine(url, folders, async (engine) => {
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters });
    return appliedMigrationNames;
  });
}

/**
 * The statements that would still lead from the migrations to the schema; null when there are none.
 * What the constraints folder adds by hand is not in the schema and is no drift.
 */
export async function drift(url: string, folders = projectFolders): Promise<string | null> {
  const text = await nextScript(url, folders);
  return text === '' ? null : text;
}

/** The statements that lead from the migrations to the schema; empty when there are none. */
export async function nextScript(url: string, folders = projectFolders): Promise<string> {
  const ours = await ownConstraints(folders);
  const statements = await script(url, folders, await history(folders));
  return statements
    .split(/;\s*\n/)
    .map((statement) => statement.replace(/^--.*$/gm, '').trim())
    .filter((statement) => statement !== '' && !dropsOnly(statement, ours))
    .map((statement) => `${statement};\n`)
    .join('\n');
}

/** Names that the constraints folder gives to constraints and indexes, which the engine would drop. */
async function ownConstraints(folders: Folders): Promise<ReadonlySet<string>> {
  const text = (await constraintTexts(folders)).join('\n');
  const named = text.matchAll(/(?:ADD CONSTRAINT|INDEX(?: IF NOT EXISTS)?)\s+"?(\w+)"?/gi);
  return new Set([...named].map(([, name = '']) => name));
}

function dropsOnly(statement: string, names: ReadonlySet<string>): boolean {
  const drop = /^(?:ALTER TABLE "\w+" DROP CONSTRAINT|DROP INDEX) "(\w+)"$/.exec(statement);
  return names.has(drop?.[1] ?? '');
}

/** What the migrations must lead to, from nothing: all tables from the schema, then the constraints, in the order of their names. */
export async function composeScript(url: string, folders = projectFolders): Promise<string> {
  const tables = await script(url, folders, { tag: 'empty' });
  return [tables, ...(await constraintTexts(folders))].map((part) => `${part.trim()}\n`).join('\n');
}

async function script(url: string, folders: Folders, from: DiffTarget): Promise<string> {
  const to = await datamodel(folders);
  return withEngine(url, folders, async (engine) => {
    const { stdout } = await engine.diff({ from, to, script: true, exitCode: null, filters });
    return stdout ?? '';
  });
}

// What is on the disk.

async function namesIn(folder: string, extension: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(extension)).sort();
}

async function migrationNames({ prisma }: Folders): Promise<readonly string[]> {
  const folder = path.join(prisma, 'migrations');
  await mkdir(folder, { recursive: true });
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

async function constraintTexts({ prisma }: Folders): Promise<readonly string[]> {
  const folder = path.join(prisma, 'constraints');
  const names = await namesIn(folder, '.sql');
  return Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
}

function readMigration({ prisma }: Folders, name: string): Promise<string> {
  return readFile(path.join(prisma, 'migrations', name, 'migration.sql'), 'utf8');
}

async function readMigrations(folders: Folders): Promise<MigrationList> {
  const names = await migrationNames(folders);
  return {
    baseDir: path.join(folders.prisma, 'migrations'),
    shadowDbInitScript: '',
    lockfile: { path: lockFile, content: names.length === 0 ? null : lockText },
    migrationDirectories: await Promise.all(
      names.map(async (name) => {
        const content = { tag: 'ok', value: await readMigration(folders, name) } as const;
        return { path: name, migrationFile: { path: 'migration.sql', content } };
      }),
    ),
  };
}

async function history(folders: Folders): Promise<DiffTarget> {
  const list = await readMigrations(folders);
  return list.migrationDirectories.length === 0 ? { tag: 'empty' } : { tag: 'migrations', ...list };
}

async function schemaFiles({ prisma }: Folders): Promise<{ path: string; content: string }[]> {
  const folder = path.join(prisma, 'schema');
  const files = (await namesIn(folder, '.prisma')).map((name) => path.join(folder, name));
  return Promise.all(
    files.map(async (file) => ({ path: file, content: await readFile(file, 'utf8') })),
  );
}

async function datamodel(folders: Folders): Promise<DiffTarget> {
  return { tag: 'schemaDatamodel', files: await schemaFiles(folders) };
}

/**
 * True when every migration of the folder is applied. Throws when the database has applied one that
 * the folder does not know, or knows with another text: forward only means that never happens to a
 * released database, and a demo starts over.
 */
async function isComplete(url: string, folders: Folders): Promise<boolean> {
  const names = await migrationNames(folders);
  const wanted = new Map<string, string>();
  for (const name of names) wanted.set(name, sha256Hex(await readMigration(folders, name)));
  const applied = await appliedMigrations(url);
  for (const [name, checksum] of applied)
    if (wanted.get(name) !== checksum)
      throw new Error(
        `This database was made by another version: its migration ${name} is not the one here. Start over with --fresh, or use the version that made it.`,
      );
  return applied.size === wanted.size;
}

/** Checksums of the finished migrations, by name. */
async function appliedMigrations(url: string): Promise<ReadonlyMap<string, string>> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const table = await client.query<{ found: unknown }>(
      "SELECT to_regclass('_prisma_migrations') AS found",
    );
    if (table.rows[0]?.found === null) return new Map();
    const { rows } = await client.query<{ name: string; checksum: string }>(
      'SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
    );
    return new Map(rows.map(({ name, checksum }) => [name, checksum]));
  } finally {
    await client.end();
  }
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

// The engine.

type Engine = Awaited<ReturnType<typeof glue.SchemaEngine.new>>;

let loaded: Promise<void> | null = null;

async function withEngine<T>(
  url: string,
  folders: Folders,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const adapters = new EngineAdapters(url);
  const engine = await startEngine(await schemaFiles(folders), adapters);
  try {
    return await work(engine);
  } finally {
    engine.free();
    await adapters.disposeAll();
  }
}

async function startEngine(
  files: readonly { path: string; content: string }[],
  adapters: EngineAdapters,
): Promise<Engine> {
  loaded ??= loadEngine();
  await loaded;
  const datamodels = files.map(({ path: file, content }): [string, string] => [file, content]);
  return glue.SchemaEngine.new(
    { datamodels },
    () => {},
    bindMigrationAwareSqlAdapterFactory(adapters),
  );
}

/** Once a process: the engine's glue holds one instance. */
async function loadEngine(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve(
    '@prisma/schema-engine-wasm/schema_engine_bg',
  );
  const { instance } = await WebAssembly.instantiate(await readFile(entry.replace(/js$/, 'wasm')), {
    './schema_engine_bg.js': Object.fromEntries(Object.entries(glue).map(asImport)),
  });
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: { set_message: (text: string) => console.error(text) },
  });
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
}

/** The engine's ten-second alarm for its lock outlives its work; it shall not keep the process alive. */
function asImport([name, value]: readonly [string, unknown]): [string, WebAssembly.ImportValue] {
  const alarm = (work: () => void, ms: number) => setTimeout(work, ms >>> 0).unref();
  const isAlarm = name.startsWith('__wbg_setTimeout_');
  return [name, isAlarm ? alarm : (value as WebAssembly.ImportValue)];
}

/** The part of the adapter that its types keep private; the version is pinned. */
type Inside = {
  performIO(query: SqlQuery): Promise<{ readonly fields: readonly { dataTypeID: number }[] }>;
  onError(error: unknown): never;
};

const charOid = 18;
const textOid = 25;

/**
 * The engine's way to the database. Each adapter is one session, because the engine's advisory lock
 * must live in the session of its statements. Two things of adapter-pg are mended: it cuts scripts at
 * every ';' and so breaks functions, and it does not know the catalogue type "char".
 */
class EngineAdapters implements SqlMigrationAwareDriverAdapterFactory {
  readonly provider = 'postgres';
  readonly adapterName = '@prisma/adapter-pg';
  private readonly url: string;
  private readonly open: SqlDriverAdapter[] = [];

  constructor(url: string) {
    this.url = url;
  }

  connect(): Promise<SqlDriverAdapter> {
    return this.session(this.url);
  }

  /** A scratch database in which the engine replays the history; dropped when the engine is done with it. */
  async connectToShadowDb(): Promise<SqlDriverAdapter> {
    const name = `shadow_${randomUUID().replaceAll('-', '')}`;
    const admin = await this.session(this.url);
    await admin.executeScript(`CREATE DATABASE ${name}`);
    const shadow = await this.session(withDatabase(this.url, name));
    const close = shadow.dispose.bind(shadow);
    shadow.dispose = async () => {
      await close();
      await admin.executeScript(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    };
    return shadow;
  }

  async disposeAll(): Promise<void> {
    for (const adapter of this.open.reverse()) await adapter.dispose();
  }

  private async session(connectionString: string): Promise<SqlDriverAdapter> {
    const config = { connectionString, max: 1, options: '-c timezone=UTC' };
    const adapter = await new PrismaPg(config).connect();
    const inside = adapter as unknown as Inside;
    const performIO = inside.performIO.bind(adapter);
    const queryRaw = adapter.queryRaw.bind(adapter);
    const dispose = adapter.dispose.bind(adapter);
    let charColumns: readonly number[] = [];
    let isOpen = true;

    adapter.executeScript = async (text) => {
      await adapter
        .underlyingDriver()
        .query(text)
        .catch((error: unknown) => inside.onError(error));
    };
    inside.performIO = async (query) => {
      const result = await performIO(query);
      charColumns = result.fields.flatMap((field, at) =>
        field.dataTypeID === charOid ? [at] : [],
      );
      for (const at of charColumns) Object.assign(result.fields[at] ?? {}, { dataTypeID: textOid });
      return result;
    };
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      for (const at of charColumns) result.columnTypes[at] = ColumnTypeEnum.Character;
      return result;
    };
    adapter.dispose = async () => {
      if (isOpen) await dispose();
      isOpen = false;
    };
    this.open.push(adapter);
    return adapter;
  }
}

/** The same server and user, another database. */
export function withDatabase(url: string, name: string): string {
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}

// The command.

async function writeMigration(folders: Folders, name: string, text: string): Promise<string> {
  const folder = path.join(folders.prisma, 'migrations', name);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'migration.sql'), text);
  await writeFile(path.join(folders.prisma, 'migrations', lockFile), lockText);
  return path.join(folder, 'migration.sql');
}

async function command(url: string, [name, argument]: readonly string[]): Promise<number> {
  switch (name) {
    case 'deploy': {
      const applied = await deploy(url);
      console.log(applied.length === 0 ? 'Nothing to apply.' : `Applied ${applied.join(', ')}.`);
      return 0;
    }
    case 'status': {
      const isDone = await isComplete(url, projectFolders);
      console.log(isDone ? 'All migrations are applied.' : 'Some migrations are not applied.');
      return isDone ? 0 : 1;
    }
    case 'check': {
      const difference = await drift(url);
      console.log(difference ?? 'The migrations lead to the schema.');
      return difference === null ? 0 : 1;
    }
    case 'new': {
      if (argument === undefined || !/^[a-z0-9_]+$/.test(argument))
        throw new Error('Name the migration in lower case: migrate new add_claims');
      const moment = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
      const text = await nextScript(url);
      console.log(await writeMigration(projectFolders, `${moment}_${argument}`, text));
      return 0;
    }
    default:
      console.error('Usage: migrate deploy | status | check | new <name>');
      return 2;
  }
}

async function main(args: readonly string[]): Promise<number> {
  const given = process.env.DATABASE_URL;
  if (given !== undefined) return command(given, args);
  if (args[0] === 'deploy' || args[0] === 'status') {
    console.error(`DATABASE_URL is not set: there is no database to ${args[0]} to.`);
    return 2;
  }
  const scratch = await startScratchPostgres();
  try {
    return await command(scratch.url, args);
  } finally {
    await scratch.stop();
  }
}

if (import.meta.main) process.exit(await main(process.argv.slice(2)));
