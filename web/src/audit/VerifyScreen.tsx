/** Verifying in the app: the verifier, and where the whole of it can be had as one file. */
import { Verifier } from './Verifier.tsx';

export function VerifyScreen() {
  return <Verifier fileToTake="/verify.html" handoversAt="/log/handovers" />;
}
