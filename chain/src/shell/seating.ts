/**
 * Who runs in this process: which validators, from which place of the chain, with which memory of what they signed.
 *
 * Every name that ever voted has a seat for ever (epochs.ts). Whoever votes now and is here runs, and so does
 * whoever has yet to see, and to cosign, how its last epoch ended. Where no validator runs, a listener follows
 * the chain in their place. A signer is never started without all that the log says it has signed (P6).
 */
import type { DigestOf } from '../core/application.ts';
import type { DurableRecord } from '../core/effect.ts';
import type { Input } from '../core/input.ts';
import type { Timing } from '../core/params.ts';
import type { FinalTip } from '../core/proposal.ts';
import { allRules } from '../core/rules.ts';
import type { PeerId } from '../core/validators.ts';
import { zeroDigest } from '../core/vote.ts';
import type { Validator } from '../log/policy.ts';
import { type Epoch, type Epochs, firstEpoch } from './epochs.ts';
import type { FileSystem } from './files.ts';
import { type Genesis, holdsValidator, validatorKeys } from './genesis.ts';
import type { Journal, ValidatorJournal } from './journal.ts';
import type { Ledger } from './ledger.ts';
import { makeNode, type NodeHost, type ValidatorNode } from './node.ts';
import { makeSigner, SignerRefusal, type ValidatorSigner } from './signer.ts';
import type { Store } from './store.ts';

export type Seating = {
  /** The seats whose node runs, the listener's too. */
  readonly running: () => readonly number[];
  readonly node: (seat: number) => ValidatorNode | null;
  /** Null where nobody signs: elsewhere, at rest, or listening. */
  readonly signer: (seat: number) => ValidatorSigner | null;
  readonly nameOf: (seat: number) => PeerId | undefined;
  /** The place of a seat in the set of an epoch; below 0 when it has no vote there. */
  readonly placeIn: (epoch: Epoch, seat: number) => number;
  /** The seat of a validator of this process. RangeError where there is none. */
  readonly seatOf: (name: string) => number;
  /** Starts and ends whoever should by now. */
  readonly settle: () => void;
  /** Stops a validator by hand; it stays stopped until it is woken, with what the log says of it. */
  readonly rest: (seat: number) => void;
  readonly wake: (seat: number, known: () => ValidatorJournal) => void;
  /** Starts again whoever runs, from what the log says. */
  readonly reload: (known: Journal) => void;
  /** Ends every node; their timers with them. */
  readonly halt: () => void;
};

export type SeatingOptions = {
  readonly files: FileSystem;
  readonly home: string;
  readonly genesis: Genesis;
  readonly epochs: Epochs;
  readonly store: Store;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly digestOf: DigestOf;
  readonly timing: Timing;
  /** The validators that this process is told to run. Embedded, all whose keys lie in the home run as well. */
  readonly hosted: readonly string[];
  readonly isEmbedded: boolean;
  /** P7: no vote may be signed yet. */
  readonly isListening: () => boolean;
  readonly hostOf: (seat: number) => NodeHost;
  readonly hasWork: () => boolean;
  /** An input for a node, and the end of all that waits for it. */
  readonly enter: (seat: number, input: Input) => void;
  readonly clear: (seat: number) => void;
};

/** In the log a process that only listens writes its records under this number. */
const listenerSeat = 255;

/** No validator may be called so: a name has no spaces. */
const listenerName = 'a listener';

export function makeSeating(options: SeatingOptions): Seating {
  const { files, home, genesis, epochs, store, journal, ledger, hosted, isEmbedded } = options;
  /** By seat; the listener's has no name. */
  const nodes: (ValidatorNode | null)[] = [];
  nodes[listenerSeat] = null;
  const signers: (ValidatorSigner | null)[] = [];
  /** Those who were stopped by hand. */
  const resting = new Set<string>();
  let active: readonly number[] = [];

  const nameOf = (seat: number): string | undefined => epochs.seats()[seat];

  const placeIn = ({ validators }: Epoch, seat: number): number => {
    const name = nameOf(seat);
    return validators.findIndex((validator) => validator.name === name);
  };

  const setNode = (seat: number, node: ValidatorNode | null): void => {
    nodes[seat] = node;
    active = nodes.flatMap((each, order) => (each === null ? [] : [order]));
  };

  const settle = (): void => {
    const latest = epochs.latest();
    epochs.seats().forEach((name, seat) => {
      nodes[seat] ??= null;
      signers[seat] ??= null;
      const node = nodes[seat];
      const hasVote = placeIn(latest, seat) >= 0;
      if (node === null && isHere(name) && !resting.has(name)) {
        const known = journal.validator(seat);
        const isBehind = openingOf(name, known.tip).epoch < latest.number;
        if (hasVote || isBehind) boot(seat, known);
      } else if (!hasVote && node !== null && node.epoch() === latest.number) unload(seat);
    });
    const isAlone = active.every((seat) => seat === listenerSeat);
    const mustListen = isAlone && (!isEmbedded || hosted.length === 0);
    const hasListener = nodes[listenerSeat] !== null;
    if (mustListen && !hasListener && resting.size === 0) {
      boot(listenerSeat, journal.validator(listenerSeat));
    } else if (!mustListen && hasListener) unload(listenerSeat);
  };

  const isHere = (name: string): boolean =>
    hosted.includes(name) || (isEmbedded && holdsValidator(files, home, name));

  /** Where a validator goes on: behind its last final block, or at the start of the epoch that it enters. */
  const openingOf = (name: string | undefined, tip: FinalTip | null): FinalTip => {
    const latest = startOf(epochs.latest());
    const isIn = (epoch: Epoch | undefined): boolean =>
      epoch !== undefined &&
      (name === undefined || epoch.validators.some((each) => each.name === name));
    const first = epochs.of(firstEpoch);
    if (tip === null) return first !== undefined && isIn(first) ? startOf(first) : latest;
    const isSealed = store.firstHeight(tip.epoch + 1n) === tip.height + 1n;
    const epoch = epochs.of(isSealed ? tip.epoch + 1n : tip.epoch);
    // Where it had no vote it signed nothing, so it may pass over what it has not seen.
    if (epoch === undefined || !isIn(epoch)) return latest;
    return isSealed ? startOf(epoch) : tip;
  };

  const startOf = ({ number, base }: Epoch): FinalTip => ({
    epoch: number,
    view: 0n,
    height: base,
    digest: base === 0n ? zeroDigest : store.block(base).block.digest,
    finalization: null,
  });

  const boot = (seat: number, known: ValidatorJournal): void => {
    const name = nameOf(seat);
    const tip = openingOf(name, known.tip);
    const epoch = epochs.of(tip.epoch);
    if (epoch === undefined) return;
    const validator = epoch.validators.find((each) => each.name === name);
    const signer = validator === undefined ? null : signerOf(seat, validator, known);
    signers[seat] = signer;
    const isVoting = validator !== undefined && !options.isListening();
    const consensus = {
      ...{ validators: epoch.set, rules: allRules, tip },
      ...{ digestOf: options.digestOf, timing: options.timing },
      self: isVoting ? validator.name : listenerName,
    };
    const records = known.records.filter((record) => epochOfRecord(record) === tip.epoch);
    setNode(seat, makeNode({ index: seat, consensus, signer, host: options.hostOf(seat) }));
    options.enter(seat, { kind: 'restart', records });
    options.enter(seat, { kind: 'work', waiting: options.hasWork() });
    const from = active.flatMap((other) => (other === seat ? [] : (nameOf(other) ?? [])))[0];
    if (tip.height < store.head().height && from !== undefined) {
      options.enter(seat, { kind: 'ahead', from });
    }
  };

  const signerOf = (
    seat: number,
    validator: Validator,
    known: ValidatorJournal,
  ): ValidatorSigner => {
    const keys = validatorKeys(files, home, validator);
    const voter = (number: bigint): number => {
      const epoch = epochs.of(number);
      const place = epoch === undefined ? -1 : placeIn(epoch, seat);
      if (place < 0) throw new SignerRefusal(`${validator.name} has no vote in epoch ${number}`);
      return place;
    };
    const signer = makeSigner({ chainId: genesis.chainId, voter, keys });
    restoreSigner(signer, known);
    return signer;
  };

  const restoreSigner = (signer: ValidatorSigner, known: ValidatorJournal): void => {
    if (known.tip !== null) signer.raiseFloor(known.tip);
    for (const record of known.records) {
      if (record.kind === 'vote') signer.restoreVote(record.vote);
      const isNotarized = record.kind === 'certificate' && record.certificate.kind === 'notarize';
      if (isNotarized) signer.restoreNotarization(record.certificate);
    }
    if (known.lastCosigned !== null) {
      const { height, size, timeSeconds, signature } = known.lastCosigned;
      const body = ledger.checkpoint(store.headAt(height));
      signer.restoreCosignature(size, body, { timeSeconds, signature });
    }
  };

  const unload = (seat: number): void => {
    nodes[seat]?.halt();
    setNode(seat, null);
    signers[seat] = null;
    options.clear(seat);
  };

  return {
    running: () => active,
    node: (seat) => nodes[seat] ?? null,
    signer: (seat) => signers[seat] ?? null,
    nameOf,
    placeIn,
    seatOf: (name) => {
      const seat = epochs.seats().indexOf(name);
      if (seat < 0) throw new RangeError(`there is no validator ${name}`);
      if (!isHere(name)) throw new RangeError(`${name} runs elsewhere`);
      return seat;
    },
    settle,
    rest: (seat) => {
      const name = nameOf(seat);
      if (name !== undefined) resting.add(name);
      unload(seat);
    },
    wake: (seat, known) => {
      const name = nameOf(seat);
      if (name !== undefined) resting.delete(name);
      if (nodes[seat] === null) boot(seat, known());
    },
    reload: (known) => {
      for (const seat of active) {
        unload(seat);
        boot(seat, known.validator(seat));
      }
    },
    halt: () => {
      for (const node of nodes) node?.halt();
    },
  };
}

function epochOfRecord(record: DurableRecord): bigint {
  switch (record.kind) {
    case 'block':
      return record.block.epoch;
    case 'vote':
      return record.vote.epoch;
    case 'certificate':
      return record.certificate.epoch;
  }
}
