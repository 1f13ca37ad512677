/** What is done with a bank line of the queue: a colleague's word agreed to or not, owed back, not ours. */
import { useAct } from '../lib/act/use-act.ts';
import type { QueueLineFragment } from '../lib/graphql/graphql.ts';
import { useKeptForm } from '../lib/kept.ts';
import { type Say, useTexts } from '../lib/texts.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { TextField, useChecked } from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { SignatureScreen, type Signing } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import {
  ConfirmLineDocument,
  DismissLineDocument,
  RefundLineDocument,
  ReturnLineDocument,
} from './queue-queries.ts';
import { queueTexts } from './queue-texts.ts';
import { openOne, useLine, useLineWords } from './use-line.ts';

export function ConfirmLineScreen() {
  const say = useTexts(queueTexts);
  const line = useLine();
  const words = useLineWords(line);
  const open = openOne(line);
  const act = useAct(ConfirmLineDocument, options('line.confirm', line));
  return (
    <SignatureScreen
      title={say('confirmTitle')}
      back={`/payments/lines/${line.id}`}
      statement={say('confirmSentence', words)}
      facts={[
        ...factsOf(say, line),
        open === undefined ? undefined : { name: say('why'), value: open.reason },
      ]}
      happens={[say('confirmHappens')]}
      forGood={say('confirmForGood')}
      action={say('confirmAction')}
      act={act}
      onSign={() => void act.run({ line: line.id, assignment: open?.id ?? '' })}
      done={{
        title: say('confirmDone'),
        text: say('confirmHappens'),
        next: <ActionLink to={`/payments/lines/${line.id}`}>{say('seeIt')}</ActionLink>,
      }}
    />
  );
}

export function ReturnLineScreen() {
  const line = useLine();
  const act = useAct(ReturnLineDocument, options('line.return', line));
  const assignment = openOne(line)?.id ?? '';
  const sign = (reason: string) => act.run({ line: line.id, assignment, reason });
  return <WithReason name="return" line={line} act={act} sign={sign} />;
}

export function RefundLineScreen() {
  const line = useLine();
  const act = useAct(RefundLineDocument, options('line.refund', line));
  const sign = (reason: string) => act.run({ line: line.id, reason });
  return <WithReason name="refund" line={line} act={act} sign={sign} />;
}

export function DismissLineScreen() {
  const line = useLine();
  const act = useAct(DismissLineDocument, options('line.dismiss', line));
  const sign = (reason: string) => act.run({ line: line.id, reason });
  return <WithReason name="dismiss" line={line} act={act} sign={sign} />;
}

function options<K extends string>(kind: K, { id, anchor }: QueueLineFragment) {
  return { kind, form: `${kind}:${id}`, shows: [anchor] };
}

function factsOf(say: Say<'amount' | 'counterparty' | 'reference'>, line: QueueLineFragment) {
  return [
    { name: say('amount'), value: <MoneyText money={line.amount} />, strong: true },
    { name: say('counterparty'), value: line.counterparty },
    { name: say('reference'), value: line.reference },
  ];
}

function WithReason({
  name,
  line,
  act,
  sign,
}: {
  readonly name: 'return' | 'refund' | 'dismiss';
  readonly line: QueueLineFragment;
  readonly act: Signing;
  readonly sign: (reason: string) => Promise<unknown>;
}) {
  const say = useTexts(queueTexts);
  const ui = useTexts(uiTexts);
  const words = useLineWords(line);
  const form = useKeptForm(`line.${name}:${line.id}`, { reason: '' });
  const reason = form.values.reason.trim();
  const checked = useChecked({ reason: reason === '' ? ui('required') : undefined });
  return (
    <SignatureScreen
      title={say(`${name}Title`)}
      back={`/payments/lines/${line.id}`}
      checked={checked}
      form={
        <TextField
          name="reason"
          label={say('why')}
          hint={say('whyHint')}
          lines={2}
          value={form.values.reason}
          onChange={(value) => form.set('reason', value)}
          checked={checked}
        />
      }
      statement={say(`${name}Sentence`, words)}
      facts={factsOf(say, line)}
      happens={[say(`${name}Happens`)]}
      action={say(`${name}Action`, words)}
      act={act}
      onSign={() =>
        void sign(reason).then((done) => {
          if (done !== undefined) form.done();
        })
      }
      done={{
        title: say(`${name}Done`),
        text: say(`${name}Happens`),
        next: <ActionLink to={`/payments/lines/${line.id}`}>{say('seeIt')}</ActionLink>,
      }}
    />
  );
}
