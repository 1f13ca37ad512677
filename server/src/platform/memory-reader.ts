/**
 * Rows in memory: what the audit folds acts into, and what tests decide on.
 *
 * The same changes that PostgreSQL would take are applied here with the same checks: an insert meets
 * no row, an update meets exactly the version before.
 */
import type { Reader } from '../kernel/act.ts';
import type { Change, Grant, Row } from '../kernel/change.ts';

export type MemoryRows = Reader & {
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, Row>>;
  /** What a check looks at, without waiting: all rows of a table, one, or those of one value. */
  all(table: string): Iterable<Row>;
  row<R extends Row>(table: string, id: string): R | null;
  find<R extends Row>(table: string, column: string, value: string): readonly R[];
  /** Applies changes in order, or throws a StaleChange naming the first that does not fit. */
  apply(changes: readonly Change[]): void;
  grant(grants: readonly Grant[]): void;
};

export class StaleChange extends Error {
  override readonly name = 'StaleChange';
}

export function memoryRows(initial: readonly Change[] = []): MemoryRows {
  const tables = new Map<string, Map<string, Row>>();
  const indexes = new Map<string, Map<string, Set<string>>>();

  const tableOf = (name: string) => {
    const known = tables.get(name) ?? new Map<string, Row>();
    tables.set(name, known);
    return known;
  };

  function put(table: string, row: Row): void {
    const before = tableOf(table).get(row.id);
    tableOf(table).set(row.id, row);
    for (const [key, index] of indexes) {
      const [indexed = '', column = ''] = key.split('.');
      if (indexed !== table) continue;
      if (before !== undefined) index.get(String(before[column]))?.delete(row.id);
      addTo(index, String(row[column]), row.id);
    }
  }

  function indexOf(table: string, column: string): Map<string, Set<string>> {
    const key = `${table}.${column}`;
    const known = indexes.get(key);
    if (known !== undefined) return known;
    const index = new Map<string, Set<string>>();
    for (const row of tableOf(table).values()) addTo(index, String(row[column]), row.id);
    indexes.set(key, index);
    return index;
  }

  const rows: MemoryRows = {
    tables,
    async get<R extends Row>(table: string, id: string) {
      return rows.row<R>(table, id);
    },
    all: (table) => tables.get(table)?.values() ?? [],
    row<R extends Row>(table: string, id: string) {
      return (tables.get(table)?.get(id) ?? null) as R | null;
    },
    async where<R extends Row>(table: string, column: string, value: string) {
      return rows.find<R>(table, column, value);
    },
    find<R extends Row>(table: string, column: string, value: string) {
      const ids = [...(indexOf(table, column).get(value) ?? [])].sort();
      return ids.map((id) => tableOf(table).get(id) as R);
    },
    async total(table, by, column) {
      const [[first, value] = ['id', ''], ...others] = Object.entries(by);
      let sum = 0n;
      for (const id of indexOf(table, first).get(value) ?? []) {
        const row = tableOf(table).get(id);
        const each = row?.[column];
        if (typeof each === 'bigint' && others.every(([name, wanted]) => row?.[name] === wanted))
          sum += each;
      }
      return sum;
    },
    apply(changes) {
      for (const { op, table, row } of changes) {
        const before = tableOf(table).get(row.id);
        if (op === 'insert') {
          if (before !== undefined) throw new StaleChange(`${table} ${row.id} is there already`);
        } else if (before === undefined || before.version !== row.version - 1) {
          const seen = before === undefined ? 'no row' : `version ${before.version}`;
          throw new StaleChange(`${table} ${row.id} wants version ${row.version - 1}, has ${seen}`);
        }
        put(table, row);
      }
    },
    grant(grants) {
      for (const row of grants.map(accessRow)) {
        const before = tableOf('access').get(row.id);
        if (before === undefined) put('access', row);
        else if (before.level === 'S' && row.level === 'F')
          put('access', { ...before, level: 'F' });
      }
    },
  };
  rows.apply(initial);
  return rows;
}

/** The row that a grant is. */
export function accessRow(grant: Grant): Row {
  return { ...grant, id: `${grant.reader}:${grant.object}` };
}

function addTo(index: Map<string, Set<string>>, value: string, id: string): void {
  const ids = index.get(value) ?? new Set<string>();
  ids.add(id);
  index.set(value, ids);
}
