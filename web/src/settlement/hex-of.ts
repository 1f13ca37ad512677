/** A digest as other tools show it, so that a downloaded file can be compared by anybody. */
import { fromBase64url, hex } from '../../../chain/src/verify.ts';

export function hexOf(digest: string): string {
  const octets = fromBase64url(digest);
  return octets === undefined ? digest : hex(octets);
}
