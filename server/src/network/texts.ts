/** What a person reads when the chain refuses a change of the network: the chain's code, in words. */
import { networkRefusals } from '../../../chain/src/act/network-refusals.ts';
import { type Refusal, refuse } from '../kernel/decision.ts';

/** The refusal for a code of the chain about the network; null for any other code. */
export function refusedByNetwork(code: string | null): Refusal | null {
  const known = code === null ? undefined : networkRefusals[code];
  if (code === null || known === undefined) return null;
  const [message, help] = known;
  return refuse(code, message, { seen: code, help });
}
