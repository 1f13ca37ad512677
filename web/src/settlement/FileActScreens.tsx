/** What is done with a payment file: another person releases it, it goes to the bank, or it is taken back. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { formatDay } from '../lib/format-date.ts';
import { formatMoney } from '../lib/format-money.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { TextField, useChecked } from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { SignatureScreen, type Signing } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { FilePayments } from './FilePayments.tsx';
import {
  ApproveInstructionDocument,
  CancelInstructionDocument,
  FileDocument,
  RejectInstructionDocument,
  SendInstructionDocument,
} from './file-queries.ts';
import { fileTexts } from './file-texts.ts';
import { hexOf } from './hex-of.ts';

function useFile() {
  const say = useTexts(fileTexts);
  const language = useLanguage();
  const { id = '' } = useParams();
  const { instruction: file } = useSuspenseQuery(FileDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  }).data;
  const words = {
    ...{ count: file.paymentCount, sum: formatMoney(file.controlSum) },
    ...{ account: file.identifier ?? '', day: formatDay(file.executionDate, language) },
  };
  const facts = [
    { name: say('account'), value: file.identifier },
    { name: say('day'), value: <DayText day={file.executionDate} /> },
    { name: say('count'), value: file.paymentCount },
    { name: say('sum'), value: <MoneyText money={file.controlSum} />, strong: true },
  ] as const;
  const back = `/payments/files/${file.id}`;
  const next = <ActionLink to={back}>{say('seeIt')}</ActionLink>;
  return { say, file, words, facts, back, next };
}

export function ReleaseFileScreen() {
  const { say, file, words, facts, back, next } = useFile();
  const act = useAct(ApproveInstructionDocument, {
    kind: 'instruction.approve',
    form: `instruction.approve:${file.id}`,
    shows: [file.anchor],
  });
  const { amount, currency } = file.controlSum;
  return (
    <SignatureScreen
      title={say('releaseTitle')}
      back={back}
      form={<FilePayments file={file} />}
      statement={say('releaseSentence', words)}
      facts={[
        ...facts,
        file.proposedBy === '' ? undefined : { name: say('proposedBy'), value: file.proposedBy },
        { name: say('digest'), value: <code className="mono small">{hexOf(file.digest)}</code> },
      ]}
      happens={[say('releaseHappens1'), say('releaseHappens2')]}
      forGood={say('releaseForGood')}
      action={say('releaseAction', words)}
      act={act}
      onSign={() =>
        void act.run({
          ...{ instruction: file.id, digest: file.digest },
          controlSum: { amount, currency },
        })
      }
      done={{ title: say('releaseDone'), text: say('releaseDoneText'), next }}
    />
  );
}

export function SendFileScreen() {
  const { say, file, words, facts, back, next } = useFile();
  const act = useAct(SendInstructionDocument, {
    kind: 'instruction.send',
    form: `instruction.send:${file.id}`,
    shows: [file.anchor],
  });
  return (
    <SignatureScreen
      title={say('sendTitle')}
      back={back}
      statement={say('sendSentence', words)}
      facts={facts}
      happens={[say('sendHappens')]}
      action={say('sendAction')}
      act={act}
      onSign={() => void act.run({ instruction: file.id })}
      done={{ title: say('sendDone'), text: say('sendHappens'), next }}
    />
  );
}

export function CancelFileScreen() {
  const { file } = useFile();
  const act = useAct(CancelInstructionDocument, {
    kind: 'instruction.cancel',
    form: `instruction.cancel:${file.id}`,
    shows: [file.anchor],
  });
  const { run } = act;
  return (
    <TakenBack name="cancel" act={act} sign={(reason) => run({ instruction: file.id, reason })} />
  );
}

export function RejectFileScreen() {
  const { file } = useFile();
  const act = useAct(RejectInstructionDocument, {
    kind: 'instruction.reject',
    form: `instruction.reject:${file.id}`,
    shows: [file.anchor],
  });
  const { run } = act;
  return (
    <TakenBack name="reject" act={act} sign={(reason) => run({ instruction: file.id, reason })} />
  );
}

function TakenBack({
  name,
  act,
  sign,
}: {
  readonly name: 'cancel' | 'reject';
  readonly act: Signing;
  readonly sign: (reason: string) => Promise<unknown>;
}) {
  const { say, file, words, facts, back, next } = useFile();
  const ui = useTexts(uiTexts);
  const form = useKeptForm(`instruction.${name}:${file.id}`, { reason: '' });
  const reason = form.values.reason.trim();
  const checked = useChecked({ reason: reason === '' ? ui('required') : undefined });
  return (
    <SignatureScreen
      title={say(`${name}Title`)}
      back={back}
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
      facts={facts}
      happens={[say(`${name}Happens`)]}
      action={say(`${name}Action`)}
      act={act}
      onSign={() =>
        void sign(reason).then((done) => {
          if (done !== undefined) form.done();
        })
      }
      done={{ title: say(`${name}Done`), text: say(`${name}Happens`), next }}
    />
  );
}
