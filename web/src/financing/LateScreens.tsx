/** The bank after a default: it claims on the seller; one person proposes to give up, another decides. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Select } from '@mantine/core';
import { useAct } from '../lib/act/use-act.ts';
import { addDays, formatDay } from '../lib/format-date.ts';
import { formatMoney, parseAmount, toMinor } from '../lib/format-money.ts';
import type { RecourseGround, RequestPartsFragment } from '../lib/graphql/graphql.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { AmountField, amountError, DayField, fieldId, TextField, useChecked } from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import {
  AdvanceDocument,
  ApproveWriteOffDocument,
  CallRecourseDocument,
  ProposeWriteOffDocument,
} from './late-queries.ts';
import { lateTexts } from './late-texts.ts';
import { whyWords } from './Owed.tsx';
import { useRequestWords } from './sentence.ts';
import { useRequest } from './use-request.ts';

const grounds: readonly RecourseGround[] = ['UNWILLING', 'INSOLVENT', 'DILUTION', 'FALSE_INVOICE'];
/** How long a seller usually has to pay, in days. */
const payDays = 14;

function useAdvance(request: RequestPartsFragment) {
  const { data } = useSuspenseQuery(AdvanceDocument, { variables: { id: request.id } });
  return data.financeRequest.advance;
}

export function CallRecourseScreen() {
  const say = useTexts(lateTexts);
  const ui = useTexts(uiTexts);
  const language = useLanguage();
  const viewer = useViewer();
  const request = useRequest();
  const advance = useAdvance(request);
  const words = useRequestWords(request);
  const { currency } = request.face;
  const form = useKeptForm(`call-recourse:${request.id}`, {
    ground: 'UNWILLING',
    amount: '',
    payBy: addDays(viewer.businessDate, payDays),
    reason: '',
  });
  const { values, set } = form;
  const option = advance?.recourses.find(({ ground }) => ground === values.ground);
  const most = option?.most ?? undefined;
  const typed = parseAmount(values.amount, currency);
  const amount = { amount: typed ?? '0', currency };
  const tooMuch = most !== undefined && typed !== undefined && toMinor(amount) > toMinor(most);
  const checked = useChecked({
    ground:
      most === undefined ? say('callNothing', { why: whyWords(say, option?.code) }) : undefined,
    amount:
      amountError(ui, values.amount, currency) ??
      (tooMuch ? say('callTooMuch', { most: formatMoney(most) }) : undefined),
    payBy: values.payBy === '' || values.payBy < viewer.businessDate ? ui('notADay') : undefined,
    reason: values.reason.trim() === '' ? ui('required') : undefined,
  });
  const act = useAct(CallRecourseDocument, {
    kind: 'recourse.call',
    form: `call-recourse:${request.id}`,
  });
  const said = {
    ...words,
    amount: typed === undefined ? '…' : formatMoney(amount),
    date: values.payBy === '' ? '…' : formatDay(values.payBy, language),
    ground: say(`ground.${groundNamed(values.ground)}`),
  };
  const sign = async () => {
    const done = await act.run({
      ...{ request: request.id, ground: values.ground, amount },
      ...{ payBy: values.payBy, reason: values.reason.trim() },
    });
    if (done !== undefined) {
      form.done();
    }
  };
  return (
    <SignatureScreen
      title={say('callTitle', words)}
      back={`/financing/${request.id}`}
      checked={checked}
      form={
        <div className="fields">
          <Select
            id={fieldId('ground')}
            label={say('callGround')}
            data={grounds.map((each) => ({ value: each, label: say(`ground.${each}`) }))}
            value={values.ground}
            onChange={(value) => set('ground', value ?? values.ground)}
            onBlur={checked.leave('ground')}
            error={checked.error('ground')}
            allowDeselect={false}
          />
          <div className="fields-row">
            <AmountField
              name="amount"
              label={say('callAmount')}
              hint={most === undefined ? undefined : say('callMost', { most: formatMoney(most) })}
              currency={currency}
              value={values.amount}
              onChange={(value) => set('amount', value)}
              checked={checked}
            />
            <DayField
              name="payBy"
              label={say('callPayBy')}
              value={values.payBy}
              min={viewer.businessDate}
              onChange={(value) => set('payBy', value)}
              checked={checked}
            />
          </div>
          <TextField
            name="reason"
            label={say('callReason', words)}
            lines={3}
            value={values.reason}
            onChange={(value) => set('reason', value)}
            checked={checked}
          />
        </div>
      }
      statement={say('callSentence', said)}
      facts={[
        advance === null || advance === undefined
          ? undefined
          : { name: say('total'), value: <MoneyText money={advance.owed.total} /> },
        most === undefined
          ? undefined
          : { name: say('callAtMost'), value: <MoneyText money={most} /> },
      ]}
      happens={[say('callHappens1', words), say('callHappens2', words)]}
      forGood={say('callForGood')}
      action={say('callAction', said)}
      tone="danger"
      act={act}
      onSign={() => void sign()}
      done={{
        title: say('callDone', said),
        text: say('callHappens2', words),
        next: <ActionLink to={`/financing/${request.id}`}>{say('seeRequest')}</ActionLink>,
      }}
    />
  );
}

function groundNamed(name: string): RecourseGround {
  return grounds.find((each) => each === name) ?? 'UNWILLING';
}

/** Proposes, or decides on what a colleague has proposed. */
export function WriteOffScreen() {
  const say = useTexts(lateTexts);
  const request = useRequest();
  const advance = useAdvance(request);
  const words = useRequestWords(request);
  const approval = useAct(ApproveWriteOffDocument, {
    kind: 'writeoff.approve',
    form: `approve-write-off:${request.id}`,
  });
  const proposal = advance?.writeOff;
  const isDeciding = proposal?.state === 'OPEN' || approval.state.kind === 'done';
  if (
    advance === null ||
    advance === undefined ||
    (toMinor(advance.owed.principal) === 0n && !isDeciding)
  ) {
    return (
      <Empty
        title={say('nothingToGiveUp')}
        action={<ActionLink to={`/financing/${request.id}`}>{say('seeRequest')}</ActionLink>}
      />
    );
  }
  const next = <ActionLink to={`/financing/${request.id}`}>{say('seeRequest')}</ActionLink>;
  if (proposal == null || !isDeciding) {
    return <ProposeWriteOff request={request} principal={advance.owed.principal} />;
  }
  if (proposal.isMine && approval.state.kind !== 'done') {
    return <Empty title={say('notYours')} action={next} />;
  }
  const { amount, reason, proposedBy } = proposal;
  const said = { ...words, amount: formatMoney(amount), by: proposedBy, reason };
  return (
    <SignatureScreen
      title={say('writeOffTitle')}
      back={`/financing/${request.id}`}
      statement={say('approveSentence', said)}
      facts={[
        { name: say('principal'), value: <MoneyText money={amount} />, strong: true },
        { name: say('writeOffReason'), value: say('writeOffOpen', said) },
      ]}
      happens={[say('approveHappens1', words), say('approveHappens2')]}
      forGood={say('approveForGood')}
      action={say('approveAction', said)}
      tone="danger"
      act={approval}
      onSign={() =>
        void approval.run({
          request: request.id,
          amount: { amount: amount.amount, currency: amount.currency },
        })
      }
      done={{ title: say('approveDone', said), text: say('approveHappens2'), next }}
    />
  );
}

function ProposeWriteOff({
  request,
  principal,
}: {
  readonly request: RequestPartsFragment;
  readonly principal: RequestPartsFragment['face'];
}) {
  const say = useTexts(lateTexts);
  const ui = useTexts(uiTexts);
  const words = useRequestWords(request);
  const form = useKeptForm(`propose-write-off:${request.id}`, { reason: '' });
  const reason = form.values.reason.trim();
  const checked = useChecked({ reason: reason === '' ? ui('required') : undefined });
  const act = useAct(ProposeWriteOffDocument, {
    kind: 'writeoff.propose',
    form: `propose-write-off:${request.id}`,
  });
  const said = { ...words, amount: formatMoney(principal) };
  const sign = async () => {
    const { amount, currency } = principal;
    const done = await act.run({ request: request.id, amount: { amount, currency }, reason });
    if (done !== undefined) {
      form.done();
    }
  };
  return (
    <SignatureScreen
      title={say('writeOffTitle')}
      back={`/financing/${request.id}`}
      checked={checked}
      form={
        <TextField
          name="reason"
          label={say('writeOffReason')}
          lines={3}
          value={form.values.reason}
          onChange={(value) => form.set('reason', value)}
          checked={checked}
        />
      }
      statement={say('writeOffSentence', said)}
      facts={[
        { name: say('principal'), value: <MoneyText money={principal} />, strong: true },
        { name: words.buyer, value: <DayText day={request.maturity} /> },
      ]}
      happens={[say('writeOffHappens', words)]}
      action={say('writeOffAction', said)}
      act={act}
      onSign={() => void sign()}
      done={{
        title: say('writeOffProposed'),
        text: say('writeOffHappens', words),
        next: <ActionLink to={`/financing/${request.id}`}>{say('seeRequest')}</ActionLink>,
      }}
    />
  );
}
