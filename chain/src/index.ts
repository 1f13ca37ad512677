/**
 * The public face for programs: start a chain in this process, and hold its client.
 *
 * Started twice on one home it refuses; started on a chain that is shorter than what the caller knows
 * to be final it refuses and names the height; stopped and started again it is where it was.
 */
import type { ChainClient } from './client.ts';
import type { Evidence } from './core/equivocation.ts';
import type { Message } from './core/message.ts';
import type { Timing } from './core/params.ts';
import { startEngine } from './shell/engine.ts';
import { diskFiles, type FileSystem } from './shell/files.ts';
import { createGenesis, GenesisFault, type GenesisInput, readGenesis } from './shell/genesis.ts';
import { lockHome } from './shell/lock.ts';
import { openHome } from './shell/opening.ts';

export type * from './client.ts';
export { encodeLine, initFollower } from './net/home.ts';
export { startNetworkChain } from './net/running.ts';
export { firstEpoch } from './shell/epochs.ts';
export { type FounderKey, type GenesisInput, hubName } from './shell/genesis.ts';
export { HomeInUse } from './shell/lock.ts';
export { ChainBehind } from './shell/recovery.ts';

export type EmbeddedChainOptions = {
  /** Everything of the chain lies in this folder: genesis, keys, log, store. */
  readonly home: string;
  /** The log's origin is `<networkName>/hub`. */
  readonly networkName: string;
  /** Needed the first time only; afterwards the genesis in the home holds. */
  readonly genesis?: GenesisInput;
  /** What the caller knows to be final. A chain that does not have it is refused with ChainBehind. */
  readonly expect?: { readonly height: bigint; readonly root: Uint8Array };
  readonly files?: FileSystem;
  /** Milliseconds since 1970. */
  readonly now?: () => bigint;
  readonly timing?: Partial<Timing>;
  /** The write-ahead log is cut short when it is larger than this. */
  readonly walBytesMax?: number;
  /** A validator broke a signing rule and here is the proof. */
  readonly onEvidence?: (evidence: Evidence) => void;
  /** Sees every message as it leaves a validator, after all that it depends on is durable. */
  readonly onSent?: (from: string, message: Message) => void;
  /** What leaves a validator in place of a message: a test makes a liar of one here. */
  readonly says?: (from: string, message: Message) => readonly Message[];
  /** The chain has stopped for good: its disk failed or an invariant broke. By default the process ends. */
  readonly onFatal?: (error: Error) => void;
};

const walBytesDefault = 4 * 1024 * 1024;

/** Starts all validators of the chain in this process, and brings the chain to where it stopped. */
export async function startEmbeddedChain(options: EmbeddedChainOptions): Promise<ChainClient> {
  const { home, files = diskFiles } = options;
  const unlock = files === diskFiles ? lockHome(home) : () => undefined;
  try {
    const client = await start(options, files);
    return {
      ...client,
      stop: async () => {
        await client.stop();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function start(options: EmbeddedChainOptions, files: FileSystem): Promise<ChainClient> {
  const { home, networkName, now = () => BigInt(Date.now()) } = options;
  const genesis =
    readGenesis(files, home) ?? (await newGenesis(files, home, networkName, options.genesis));
  if (!genesis.origin.startsWith(`${networkName}/`)) {
    throw new GenesisFault(`the chain in ${home} is ${genesis.origin}, not one of ${networkName}`);
  }
  const { close, ...opened } = await openHome(files, home, genesis, options.timing);
  try {
    return startEngine({
      ...opened,
      now,
      walBytesMax: options.walBytesMax ?? walBytesDefault,
      expected: options.expect ?? null,
      onEvidence: options.onEvidence ?? (() => undefined),
      onSent: options.onSent ?? (() => undefined),
      ...(options.says === undefined ? {} : { says: options.says }),
      onFatal: options.onFatal ?? crash,
      hosted: genesis.validators.map(({ name }) => name),
      outside: null,
      isListening: false,
    });
  } catch (error) {
    close();
    throw error;
  }
}

function newGenesis(
  files: FileSystem,
  home: string,
  networkName: string,
  input: GenesisInput | undefined,
) {
  if (input === undefined) throw new GenesisFault(`there is no chain in ${home}`);
  return createGenesis(files, home, networkName, input);
}

/** Nothing may run on after a disk that failed: the error goes to the top of the process. */
function crash(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}
