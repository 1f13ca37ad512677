/**
 * Which of many signatures are genuine: each distinct one is verified once, off the main thread.
 *
 * A signature speaks for one key: the acts of a batch share one signature over one message, and an act in
 * another's name among them demands that the other signed it, which is a demand of its own.
 */
import type { SignatureDemand } from '../core/state.ts';
import { equalBytes, hex } from '../crypto/digest.ts';
import { verifyEd25519Async } from '../crypto/ed25519.ts';

/** For each demand, in its order, whether it is met. */
export async function areGenuine(demands: readonly SignatureDemand[]): Promise<readonly boolean[]> {
  const verdicts = new Map<string, Promise<boolean>>();
  let last: { readonly demand: SignatureDemand; readonly verdict: Promise<boolean> } | null = null;
  const asked: Promise<boolean>[] = [];
  for (const demand of demands) {
    if (last === null || !isSame(last.demand, demand)) {
      const { publicKey, message, signature } = demand;
      const name = hex(publicKey) + hex(signature) + hex(message);
      const verdict = verdicts.get(name) ?? verifyEd25519Async(publicKey, message, signature);
      verdicts.set(name, verdict);
      last = { demand, verdict };
    }
    asked.push(last.verdict);
  }
  const distinct = new Map<Promise<boolean>, boolean>();
  for (const verdict of verdicts.values()) distinct.set(verdict, await verdict);
  return asked.map((verdict) => distinct.get(verdict) === true);
}

/** The acts of a batch come in a row, and comparing octets is cheaper than naming them. */
function isSame(a: SignatureDemand, b: SignatureDemand): boolean {
  return (
    equalBytes(a.signature, b.signature) &&
    equalBytes(a.message, b.message) &&
    equalBytes(a.publicKey, b.publicKey)
  );
}
