/** Acts on a dispute that name an amount: the seller concedes all of it, or both settle. */
import { useAct } from '../lib/act/use-act.ts';
import { formatAmount, formatMoney, parseAmount, toMinor } from '../lib/format-money.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useTexts } from '../lib/texts.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { AmountField, amountError, useChecked } from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { AcceptDisputeDocument, SettleDisputeDocument } from './queries.ts';
import { disputeTexts } from './texts.ts';
import { useDispute, wordsOf } from './use-dispute.ts';

export function AcceptScreen() {
  const say = useTexts(disputeTexts);
  const dispute = useDispute();
  const words = wordsOf(dispute);
  const { amount, currency } = dispute.amount;
  const act = useAct(AcceptDisputeDocument, {
    kind: 'dispute.accept',
    form: `dispute.accept:${dispute.id}`,
    shows: [dispute.anchor],
  });
  return (
    <SignatureScreen
      title={say('acceptTitle')}
      back={`/disputes/${dispute.id}`}
      statement={say('acceptSentence', words)}
      facts={[
        { name: say('invoice'), value: words.number },
        { name: say('amount'), value: <MoneyText money={dispute.amount} />, strong: true },
      ]}
      happens={[say('acceptHappens')]}
      forGood={say('acceptForGood', words)}
      action={say('acceptAction', words)}
      act={act}
      onSign={() => void act.run({ dispute: dispute.id, amount: { amount, currency } })}
      done={{
        title: say('acceptDone'),
        text: say('acceptHappens'),
        next: <ActionLink to={`/disputes/${dispute.id}`}>{say('seeIt')}</ActionLink>,
      }}
    />
  );
}

export function SettleScreen() {
  const say = useTexts(disputeTexts);
  const ui = useTexts(uiTexts);
  const dispute = useDispute();
  const { currency } = dispute.amount;
  const form = useKeptForm(`dispute.settle:${dispute.id}`, {
    amount: formatAmount(dispute.offered ?? dispute.amount),
  });
  const parsed = parseAmount(form.values.amount, currency);
  const settled = { amount: parsed ?? '0', currency };
  const words = { ...wordsOf(dispute), settled: formatMoney(settled) };
  const minor = toMinor(settled);
  const wrong =
    parsed === undefined || minor === 0n
      ? ui('required')
      : minor > toMinor(dispute.amount)
        ? ui('tooLarge', { max: words.amount })
        : undefined;
  const checked = useChecked({ amount: amountError(ui, form.values.amount, currency) ?? wrong });
  const act = useAct(SettleDisputeDocument, {
    kind: 'dispute.settle',
    form: `dispute.settle:${dispute.id}`,
    shows: [dispute.anchor],
  });
  return (
    <SignatureScreen
      title={say('settleTitle')}
      back={`/disputes/${dispute.id}`}
      checked={checked}
      form={
        <AmountField
          name="amount"
          label={say('settleAmount')}
          hint={say('settleAmountHint', words)}
          currency={currency}
          value={form.values.amount}
          onChange={(value) => form.set('amount', value)}
          checked={checked}
        />
      }
      statement={say('settleSentence', words)}
      facts={[
        { name: say('invoice'), value: words.number },
        { name: say('amount'), value: <MoneyText money={dispute.amount} /> },
        { name: say('settled'), value: <MoneyText money={settled} />, strong: true },
      ]}
      happens={[say('settleHappens')]}
      action={say('settleAction', words)}
      act={act}
      onSign={() =>
        void act.run({ dispute: dispute.id, amount: settled }).then((done) => {
          if (done !== undefined) form.done();
        })
      }
      done={{
        title: say('settleDone'),
        text: say('settleHappens'),
        next: <ActionLink to={`/disputes/${dispute.id}`}>{say('seeIt')}</ActionLink>,
      }}
    />
  );
}
