/** All that may happen to a certificate by an act of this slice, one handler a kind. */
import { acceptOffer, decline, issue } from './issuing.ts';
import { due, lapse } from './maturing.ts';
import type { RepaymentLegs } from './model.ts';
import { receive, reject, split, transfer } from './passing.ts';

export function makeReceivableHandlers({ legs }: { readonly legs: RepaymentLegs }) {
  return [issue, acceptOffer, decline, split, transfer, receive, reject, lapse, due(legs)] as const;
}
