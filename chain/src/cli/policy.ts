/**
 * `chain policy [--anchor FILE] [--handovers FILE] [--epoch N] [--form words|tlog|json]`: who must have signed.
 *
 * For each epoch from the anchor's to the last handover: the weights of our own policy, and the count k of n
 * that programs without weights may use, which never accepts what the weights refuse. `tlog` writes one
 * epoch's C2SP tlog-policy file, `json` the file with the weights. Exit code 1 when there is no anchor, no
 * such epoch, or a handover does not hold.
 */
import { parseArgs } from 'node:util';
import type { Anchor } from '../log/anchor.ts';
import { JudgeError, type Reign, reignsFrom } from '../log/judge.ts';
import { countPolicy, stakeOf, tlogPolicy, weightedPolicy } from '../log/policy.ts';
import {
  handoversTo,
  orFault,
  parsedAs,
  readAnchor,
  readHandovers,
  UnreadableError,
} from './reading.ts';

type Output = { readonly write: (text: string) => void };
const forms = ['words', 'tlog', 'json'] as const;
type Form = (typeof forms)[number];

const usage =
  'usage: policy [--anchor FILE] [--handovers FILE] [--epoch N] [--form words|tlog|json]\n';

/** Runs the command and answers the exit code. */
export async function policyCommand(args: readonly string[], output: Output): Promise<0 | 1> {
  const options = parsed(args);
  const form = forms.find((each) => each === (options?.form ?? 'words'));
  if (options === undefined || form === undefined) {
    output.write(usage);
    return 1;
  }
  const found = await orFault(async () => reignsGiven(options.anchor, options.handovers));
  if (found instanceof UnreadableError) {
    output.write(`policy: ${found.message}\n`);
    return 1;
  }
  const chosen =
    options.epoch === undefined && form === 'words'
      ? found.reigns
      : [reignNamed(found.reigns, options.epoch)];
  for (const reign of chosen) {
    if (reign === undefined) {
      output.write(`policy: there is no epoch ${options.epoch}\n`);
      return 1;
    }
    output.write(written(form, found.anchor.origin, reign));
  }
  return 0;
}

/** The epoch asked for; the last one when none is. */
function reignNamed(reigns: readonly Reign[], epoch: string | undefined): Reign | undefined {
  return epoch === undefined ? reigns.at(-1) : reigns.find((each) => `${each.epoch}` === epoch);
}

async function reignsGiven(anchorFile: string | undefined, handoversFile: string | undefined) {
  const anchor: Anchor | undefined = await readAnchor(anchorFile);
  if (anchor === undefined) {
    throw new UnreadableError('anchor', 'no trust anchor is pinned or given');
  }
  const handovers = handoversTo(2n ** 63n, anchor, await readHandovers(handoversFile));
  try {
    return { anchor, reigns: parsedAs('epoch', () => reignsFrom(anchor, handovers)) };
  } catch (fault) {
    if (fault instanceof JudgeError) throw new UnreadableError('epoch', fault.message);
    throw fault;
  }
}

function written(form: Form, origin: string, reign: Reign): string {
  switch (form) {
    case 'tlog':
      return tlogPolicy(origin, reign.logKey, reign.validators);
    case 'json':
      return weightedPolicy({ ...reign, origin });
    case 'words':
      return inWords(origin, reign);
  }
}

function inWords(origin: string, { epoch, firstSize, validators }: Reign): string {
  const total = stakeOf(validators);
  return [
    `${origin}, epoch ${epoch}, checkpoints from size ${firstSize} on`,
    `  enough        more than two thirds of the stake: ${(2n * total) / 3n + 1n} of ${total}`,
    `  by count      any ${countPolicy(validators)} of ${validators.length}`,
    ...validators.map(
      ({ name, organisation, operator, stake }) =>
        `  ${`${stake}`.padStart(12)}  ${name}, ${organisation}, run by ${operator}`,
    ),
    '',
  ].join('\n');
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...{ anchor: { type: 'string' }, handovers: { type: 'string' } },
        ...{ epoch: { type: 'string' }, form: { type: 'string' } },
      },
    }).values;
  } catch {
    return undefined;
  }
}
