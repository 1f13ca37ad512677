/** The command that runs seeds: what it says when one fails, and what it does not understand. */
import { describe, expect, it } from 'vitest';
import { ArgumentsRefused, readArguments } from './arguments.ts';
import { lawsWithout } from './laws.ts';
import { simulate } from './sim.ts';

describe('a seed that breaks a promise', () => {
  it('is named with the command that replays it and with the last events before, message by message', () => {
    const { violations } = simulate(1, 3, null, lawsWithout('neverFinalizesNullified'));
    const [first] = violations;
    const votes = first?.trace.filter((line) =>
      /ms {2}v\d ▶ v\d {2}(notarize|nullify|finalize) 0\/\d+ [0-9a-f]{8}$/.test(line),
    );

    expect(first?.violations[0]).toMatch(/^v\d signed nullify and finalize in view 0\/\d+$/);
    expect(first?.replay).toBe(`npm run sim -- --seeds 1 --from ${first?.seed} --trace`);
    expect(first?.trace.length).toBe(60);
    expect(votes?.length).toBeGreaterThan(10);
  });
});

describe('the arguments', () => {
  const flags = { seeds: 'number', rule: 'text', json: 'switch' } as const;

  it('are numbers, names and switches', () => {
    const given = readArguments(['--seeds', '12', '--rule', 'second', '--json'], flags);

    expect(given.number('seeds', 1_000, 1, 5_000)).toBe(12);
    expect(given.choice('rule', ['first', 'second'])).toBe('second');
    expect(given.has('json')).toBe(true);
    expect(readArguments([], flags).number('seeds', 1_000, 1, 5_000)).toBe(1_000);
  });

  it.each([
    [['--seeds', '0'], '--seeds: seen "0", expected a whole number from 1 to 5000'],
    [['--seeds', '5001'], '--seeds: seen "5001", expected a whole number from 1 to 5000'],
    [['--seeds', '1e3'], '--seeds: seen "1e3", expected a whole number from 1 to 5000'],
    [['--seeds=-4'], '--seeds: seen "-4", expected a whole number from 1 to 5000'],
  ])('are refused with field, seen and expected: %j', (typed, message) => {
    const given = readArguments(typed, flags);

    expect(() => given.number('seeds', 1, 1, 5_000)).toThrow(new ArgumentsRefused(message));
  });

  it('are refused when they are not known', () => {
    expect(() => readArguments(['--sedes', '4'], flags)).toThrow(
      'arguments: seen "--sedes 4", expected --seeds N --rule NAME --json',
    );
    expect(() => readArguments(['--rule', 'x'], flags).choice('rule', ['first'])).toThrow(
      '--rule: seen "x", expected one of first',
    );
  });
});
