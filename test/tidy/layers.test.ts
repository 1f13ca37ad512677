import { describe, expect, it } from 'vitest';
import { openDoors, type Room, rooms } from './arrows.ts';
import { importsOf, readSources, withoutComments } from './sources.ts';

const sources = readSources();
const generated = /^server\/src\/db\/|^web\/src\/lib\/graphql\//;

function roomOf(file: string): Room | null {
  return rooms.find(({ files }) => files.test(file)) ?? null;
}

const steps = sources.flatMap(({ file, imports }) =>
  imports.flatMap((each) => (each.kind === 'file' ? [{ from: file, to: each.file }] : [])),
);

function isDoor(step: { readonly from: string; readonly to: string }): boolean {
  return openDoors.some(({ from, to }) => from === step.from && to === step.to);
}

describe('the rooms of the house', () => {
  it('hold every file', () => {
    expect(sources.map(({ file }) => file).filter((file) => roomOf(file) === null)).toEqual([]);
  });

  it('are entered only by the arrows', () => {
    const trespasses = steps.flatMap((step) => {
      const [from, to] = [roomOf(step.from), roomOf(step.to)];
      if (from === null || generated.test(step.to)) return [];
      const isAllowed = to !== null && (from === to || from.may.includes(to.name) || isDoor(step));
      return isAllowed
        ? []
        : [`${step.from} → ${step.to} (${from.name} → ${to?.name ?? 'no room'})`];
    });

    expect(trespasses).toEqual([]);
  });

  it('have no open door that nobody uses', () => {
    const unused = openDoors.filter(
      (door) => !steps.some(({ from, to }) => from === door.from && to === door.to),
    );

    expect(unused).toEqual([]);
  });

  it('name only rooms that exist', () => {
    const names = new Set(rooms.map(({ name }) => name));

    expect(rooms.flatMap(({ may }) => may.filter((each) => !names.has(each)))).toEqual([]);
  });

  it('are never entered from the tests, and tests never from them', () => {
    expect(steps.filter(({ to }) => to.startsWith('test/'))).toEqual([]);
  });

  it('do not reach each other by a package name; only tests do', () => {
    const byName = sources.flatMap(({ file, imports }) =>
      imports.flatMap((each) =>
        each.kind === 'package' && each.name.startsWith('@tallystick/') ? [file] : [],
      ),
    );

    expect(byName).toEqual([]);
  });

  it('write the ending of every file that they import', () => {
    expect(steps.filter(({ to }) => !/\.(tsx?|css|json|svg)$/.test(to))).toEqual([]);
  });

  it('open every file with what it is and what it promises', async () => {
    const { readFile } = await import('node:fs/promises');
    const silent: string[] = [];
    for (const { file } of sources)
      if (!(await readFile(file, 'utf8')).startsWith('/**')) silent.push(file);

    expect(silent).toEqual([]);
  });
});

describe('reading imports', () => {
  it('sees every form of import, and none in a comment or in a text', () => {
    const code = withoutComments(`
      import a from './a.ts'; // import './no.ts'
      import type { B } from './b.ts';
      import {
        c,
      } from './c.ts';
      export * from './d.ts';
      import './e.ts';
      const f = import('./f.ts');
      /* import g from './no.ts'; */
      const link = 'https://example.org'; import pg from 'pg';
    `);

    expect(importsOf('x/y.ts', code)).toEqual([
      ...['x/a.ts', 'x/b.ts', 'x/c.ts', 'x/d.ts'].map((file) => ({ kind: 'file', file })),
      { kind: 'package', name: 'pg' },
      ...['x/e.ts', 'x/f.ts'].map((file) => ({ kind: 'file', file })),
    ]);
  });
});
