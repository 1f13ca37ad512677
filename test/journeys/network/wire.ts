/**
 * Hosts of their own: a network namespace for each, and a wire (a bridge) between them and this process.
 *
 * What is cut off is moved to another wire: packets vanish, nobody is told, as when a cable is pulled between two
 * switches. It takes a Linux with `ip` and `nsenter`, and the right to make namespaces; `whyNoWire` says what is
 * refused where that is not given. Nothing is left behind but what a killed test process leaves: names carry its id.
 */
import { execFileSync } from 'node:child_process';

export type Wire = {
  /** The address of a host. */
  readonly hostOf: (name: string) => string;
  /** What stands before a command so that it runs on that host. */
  readonly commandOn: (name: string) => readonly string[];
  /** Moves hosts to a wire of their own; the answered function moves them back. */
  readonly cutOff: (names: readonly string[]) => () => void;
  readonly close: () => void;
};

/** A range for tests of networks, which nobody routes (RFC 2544). */
const subnet = `198.18.${process.pid % 256}`;
const here = 254;

/** What this machine refuses, in its own words; null where hosts can be made. */
export function whyNoWire(): string | null {
  try {
    const wire = layWire(['probe']);
    try {
      const [program = '', ...command] = [...wire.commandOn('probe'), 'true'];
      execFileSync(program, command, { stdio: ['ignore', 'ignore', 'pipe'] });
    } finally {
      wire.close();
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.trim().replaceAll('\n', ' ') : String(error);
  }
}

/** Makes a host for each name. Throws with what the machine refused, and leaves nothing then. */
export function layWire(names: readonly string[]): Wire {
  const id = process.pid.toString(36);
  const main = `ts${id}m`;
  const apart = `ts${id}a`;
  const wireOf = (name: string): string => `ts${id}w${names.indexOf(name)}`;
  const spaceOf = (name: string): string => `tallystick-${id}-${name}`;
  const hostOf = (name: string): string => `${subnet}.${names.indexOf(name) + 1}`;
  const undo: (() => void)[] = [];
  const close = (): void => {
    for (const each of undo.reverse()) each();
    undo.length = 0;
  };
  /** Does something whose undoing is known. */
  const make = (args: readonly string[], undone: readonly string[]): void => {
    ip(...args);
    undo.push(() => quietly(...undone));
  };
  try {
    for (const bridge of [main, apart]) {
      make(['link', 'add', bridge, 'type', 'bridge'], ['link', 'del', bridge]);
      ip('link', 'set', bridge, 'up');
    }
    ip('addr', 'add', `${subnet}.${here}/24`, 'dev', main);
    for (const name of names) {
      const [near, far, space] = [wireOf(name), `${wireOf(name)}f`, spaceOf(name)];
      make(['netns', 'add', space], ['netns', 'del', space]);
      make(['link', 'add', near, 'type', 'veth', 'peer', 'name', far], ['link', 'del', near]);
      ip('link', 'set', far, 'netns', space);
      ip('-n', space, 'addr', 'add', `${hostOf(name)}/24`, 'dev', far);
      for (const device of ['lo', far]) ip('-n', space, 'link', 'set', device, 'up');
      ip('link', 'set', near, 'master', main);
      ip('link', 'set', near, 'up');
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    hostOf,
    commandOn: (name) => ['nsenter', `--net=/run/netns/${spaceOf(name)}`],
    cutOff: (island) => {
      for (const name of island) ip('link', 'set', wireOf(name), 'master', apart);
      return () => {
        for (const name of island) ip('link', 'set', wireOf(name), 'master', main);
      };
    },
    close,
  };
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** What is gone already needs no undoing. */
function quietly(...args: readonly string[]): void {
  try {
    ip(...args);
  } catch {
    return;
  }
}
