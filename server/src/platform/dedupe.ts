/**
 * Fail closed: what commits a bank to a financing is refused while the chain, which alone decides whether
 * something was financed before, cannot be asked. The refusal comes with a receipt that the automation
 * signs, so that whoever was refused can show it.
 *
 * Looked at here, at the edge, and never while deciding: an act is replayed years later, when nobody can
 * know any more whether the chain could be reached. Ordinary acts are not held up; they wait for their
 * block. A request that was carried out before is refused too while the chain is away; sent again later it
 * gives its answer.
 */
import type { ChainClient } from '../../../chain/src/client.ts';
import {
  encodeRefusal,
  type RefusalReceipt,
  refusalMessage,
  requestDigest,
} from '../../../chain/src/log/refusal.ts';
import { type Refusal, refuse } from '../kernel/decision.ts';
import { invariant } from '../kernel/invariant.ts';
import type { Anchoring } from './anchoring.ts';
import type { Keyring } from './keyring.ts';

/** Kinds that lead to a bank's payment and that the chain does not itself decide, or not yet. */
const guardedKinds: ReadonlySet<string> = new Set([
  ...['finance.request', 'quote.choose', 'finance.approve'],
]);

/** An act that has waited so long for its block says that the chain stands still: longer than a slow disk. */
export const standstillMs = 10_000;

export type Asked = { readonly kind: string; readonly input: unknown; readonly party: string };

/** The refusal with its receipt, or null where the act may be carried out. */
export type DedupeGuard = (asked: Asked) => Promise<Refusal | null>;

export function dedupeGuard(options: {
  readonly chain: Pick<ChainClient, 'status' | 'chainId' | 'anchor' | 'log'>;
  readonly anchoring: Pick<Anchoring, 'oldestWaitingMs'>;
  readonly keyring: Pick<Keyring, 'sign'>;
  /** Hex id of the automation's key. */
  readonly automationKey: string;
  readonly nowMs: () => bigint;
}): DedupeGuard {
  const { chain, anchoring, nowMs } = options;

  return async (asked) => {
    if (!guardedKinds.has(asked.kind)) return null;
    const { validators } = chain.status();
    const all = validators.reduce((sum, { stake }) => sum + stake, 0n);
    const near = validators.reduce((sum, { stake, running }) => sum + (running ? stake : 0n), 0n);
    const waitingMs = Math.floor(anchoring.oldestWaitingMs());
    if (near * 3n > all * 2n && waitingMs < standstillMs) return null;
    const refusal = unavailable(near, all, waitingMs);
    const receipt = await receiptOf(asked, refusal.code, { near, all, waitingMs });
    return receipt === null ? refusal : { ...refusal, receipt };
  };

  /** Null before the first block, when there is no checkpoint to show. */
  async function receiptOf(
    { kind, input, party }: Asked,
    code: string,
    found: { readonly near: bigint; readonly all: bigint; readonly waitingMs: number },
  ): Promise<string | null> {
    if (chain.status().height === 0n) return null;
    const { founders } = await chain.anchor();
    const automation = founders.find(({ custody }) => custody === 'automation');
    invariant(automation !== undefined, 'the automation is a founder');
    const unsigned: Omit<RefusalReceipt, 'signature' | 'handovers'> = {
      ...{ chainId: chain.chainId, code, kind, party, request: requestDigest(kind, input) },
      ...{ timeMs: nowMs(), waitingMs: BigInt(found.waitingMs) },
      ...{ stakeNear: found.near, stakeAll: found.all, publicKey: automation.publicKey },
      newest: await chain.log.checkpoint(),
    };
    const signature = await options.keyring.sign(options.automationKey, refusalMessage(unsigned));
    invariant(signature !== null, 'the platform holds the key of its automation');
    return encodeRefusal({ ...unsigned, signature, handovers: await chain.log.handovers() });
  }
}

function unavailable(near: bigint, all: bigint, waitingMs: number): Refusal {
  return refuse(
    'DEDUPE_UNAVAILABLE',
    'The chain cannot be asked now whether this was financed before; nothing is financed blindly.',
    {
      seen: `${near} of ${all} of the validators’ stake in reach, the oldest act waiting ${waitingMs} ms`,
      expected: `more than two thirds of the stake, no act waiting ${standstillMs} ms`,
      help: 'Keep the signed receipt, and try again when the network finalises acts.',
    },
  );
}
