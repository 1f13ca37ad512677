/**
 * The cosignatures of validators who run elsewhere, as they come: each is checked against the checkpoint that this
 * process made itself, and kept once.
 *
 * What comes before its block is final here is kept until it is, the newest few of each validator.
 */
import { verifyEd25519Async } from '../crypto/ed25519.ts';
import { cosigningBytes } from '../crypto/signature.ts';
import type { Epochs } from './epochs.ts';
import type { CosignedRecord } from './journal.ts';
import type { Ledger } from './ledger.ts';
import type { Seating } from './seating.ts';
import type { Store } from './store.ts';

export type Cosigners = {
  /** False when the signature is not that validator's over the checkpoint of a final block. */
  readonly receive: (cosigned: CosignedRecord) => Promise<boolean>;
  /** The block of this height is final now: whoever cosigned it before me is heard. */
  readonly hearEarly: (height: bigint) => void;
};

export type CosignersOptions = {
  readonly epochs: Epochs;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly seating: Pick<Seating, 'signer' | 'placeIn'>;
  readonly isOpen: () => boolean;
  /** Takes a genuine one that is new. */
  readonly take: (cosigned: CosignedRecord) => void;
};

/** Cosignatures of blocks that are not final here yet, kept for each validator. */
const aheadMax = 64;

export function makeCosigners(options: CosignersOptions): Cosigners {
  const { epochs, store, ledger, seating, isOpen } = options;
  const ahead = new Map<number, CosignedRecord[]>();

  const check = async (cosigned: CosignedRecord): Promise<boolean> => {
    const { validator, height, size, timeSeconds, signature } = cosigned;
    if (height < 1n) return false;
    const place = seating.placeIn(epochs.at(height), validator);
    const cosigner = epochs.at(height).validators[place];
    if (cosigner === undefined) return false;
    if (store.cosignatures(height).some((known) => known.validator === place)) return true;
    const head = store.headAt(height);
    const message = cosigningBytes(timeSeconds, ledger.checkpoint(head));
    const isGenuine = await verifyEd25519Async(cosigner.cosignerKey, message, signature);
    if (!isGenuine || size !== head.size) return false;
    if (isOpen()) options.take(cosigned);
    return true;
  };

  return {
    receive: async (cosigned) => {
      const { validator, height } = cosigned;
      if (epochs.seats()[validator] === undefined) return false;
      if (!isOpen() || seating.signer(validator) !== null) return true;
      if (height <= store.head().height) return check(cosigned);
      const early = ahead.get(validator) ?? [];
      if (early.push(cosigned) > aheadMax) early.shift();
      ahead.set(validator, early);
      return true;
    },
    hearEarly: (height) => {
      for (const [validator, early] of ahead) {
        ahead.set(
          validator,
          early.filter((each) => each.height > height),
        );
        for (const each of early) if (each.height === height) void check(each);
      }
    },
  };
}
