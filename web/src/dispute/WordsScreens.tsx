/** Acts on a dispute that need only words: saying more, rejecting, closing. */
import { useAct } from '../lib/act/use-act.ts';
import type { DisputePartsFragment } from '../lib/graphql/graphql.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useTexts } from '../lib/texts.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { TextField, useChecked } from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { SignatureScreen, type Signing } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { AnswerDisputeDocument, CloseDisputeDocument, RejectDisputeDocument } from './queries.ts';
import { disputeTexts } from './texts.ts';
import { useDispute, wordsOf } from './use-dispute.ts';

export function AnswerScreen() {
  const dispute = useDispute();
  const act = useAct(AnswerDisputeDocument, options('dispute.answer', dispute));
  const sign = (text: string) => act.run({ dispute: dispute.id, text, documentDigest: null });
  return <WordsScreen name="answer" dispute={dispute} act={act} sign={sign} />;
}

export function RejectScreen() {
  const dispute = useDispute();
  const act = useAct(RejectDisputeDocument, options('dispute.reject', dispute));
  const sign = (reason: string) => act.run({ dispute: dispute.id, reason });
  return <WordsScreen name="reject" dispute={dispute} act={act} sign={sign} />;
}

export function CloseScreen() {
  const dispute = useDispute();
  const act = useAct(CloseDisputeDocument, options('dispute.close', dispute));
  const sign = (reason: string) => act.run({ dispute: dispute.id, reason });
  return <WordsScreen name="close" dispute={dispute} act={act} sign={sign} />;
}

function options<K extends string>(kind: K, { id, anchor }: DisputePartsFragment) {
  return { kind, form: `${kind}:${id}`, shows: [anchor] };
}

function WordsScreen({
  name,
  dispute,
  act,
  sign,
}: {
  readonly name: 'answer' | 'reject' | 'close';
  readonly dispute: DisputePartsFragment;
  readonly act: Signing;
  readonly sign: (words: string) => Promise<unknown>;
}) {
  const say = useTexts(disputeTexts);
  const ui = useTexts(uiTexts);
  const words = wordsOf(dispute);
  const form = useKeptForm(`dispute.${name}:${dispute.id}`, { words: '' });
  const text = form.values.words.trim();
  const checked = useChecked({ words: text === '' ? ui('required') : undefined });
  return (
    <SignatureScreen
      title={say(`${name}Title`)}
      back={`/disputes/${dispute.id}`}
      checked={checked}
      form={
        <TextField
          name="words"
          label={say('words')}
          hint={say('wordsHint')}
          lines={3}
          value={form.values.words}
          onChange={(value) => form.set('words', value)}
          checked={checked}
        />
      }
      statement={say(`${name}Sentence`, words)}
      facts={[
        { name: say('invoice'), value: words.number },
        { name: say('amount'), value: <MoneyText money={dispute.amount} /> },
      ]}
      happens={[say(`${name}Happens`, words)]}
      action={say(`${name}Action`)}
      act={act}
      onSign={() =>
        void sign(text).then((done) => {
          if (done !== undefined) form.done();
        })
      }
      done={{
        title: say(`${name}Done`),
        text: say(`${name}Happens`, words),
        next: <ActionLink to={`/disputes/${dispute.id}`}>{say('seeIt')}</ActionLink>,
      }}
    />
  );
}
