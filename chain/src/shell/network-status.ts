/** What a person may see of the network's government: the record of the state, in plain words. */
import type { NetworkStatus } from '../client.ts';
import { type Governance, type NetworkGenesis, votersOf } from '../core/governance-record.ts';
import { isEffective, needsApproval } from '../core/governance-rules.ts';
import { hex } from '../crypto/digest.ts';
import { stakeOf } from '../log/policy.ts';

export function networkStatusOf(
  network: NetworkGenesis,
  governance: Governance,
  timeMs: bigint,
): NetworkStatus {
  const { epoch, firstHeight, parameters, members, unbonding, pending, accused } = governance;
  const { bonded, slashed, released } = governance;
  const voters = votersOf(governance);
  return {
    ...{ epoch, firstHeight, parameters, unbonding, accused, bonded, slashed, released },
    members,
    logKey: governance.logKey ?? network.logKey,
    pending: pending.map((change) => {
      const { id, proposal, proposedMs, dueMs, ready, approvals } = change;
      const agreeing = voters.filter(({ name }) => approvals.includes(name));
      return {
        ...{ id: hex(id), proposedMs, dueMs, approvals, ready: proposal.op !== 'admit' || ready },
        op: proposal.op,
        validator: 'name' in proposal ? proposal.name : null,
        organisation: proposal.op === 'admit' ? proposal.organisation : null,
        stake: proposal.op === 'admit' || proposal.op === 'weigh' ? proposal.stake : null,
        parameter: proposal.op === 'set' ? proposal.parameter : null,
        value: proposal.op === 'set' ? proposal.value : null,
        logKey: proposal.op === 'rotate' ? proposal.logKey : null,
        needsApproval: needsApproval(governance, proposal),
        approvedStake: stakeOf(agreeing),
        effective: isEffective(governance, change, timeMs),
      };
    }),
  };
}
