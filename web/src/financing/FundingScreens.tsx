/** Four eyes at the bank: the analyst proposes to pay, the approver approves or returns. */
import { useAct } from '../lib/act/use-act.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { TextField, useChecked } from '../ui/Form.tsx';
import { HeldNotice } from '../ui/HeldNotice.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { Checks } from './Checks.tsx';
import {
  ApproveFundingDocument,
  DeclineFundingDocument,
  ProposeFundingDocument,
  ReturnFundingDocument,
  WithdrawQuoteDocument,
} from './queries.ts';
import { useRequestWords } from './sentence.ts';
import { ownQuote } from './states.ts';
import { financingTexts } from './texts.ts';
import { useRequest } from './use-request.ts';

export function ProposeFundingScreen() {
  const say = useTexts(financingTexts);
  const request = useRequest();
  const words = useRequestWords(request);
  const act = useAct(ProposeFundingDocument, {
    kind: 'finance.propose',
    form: `propose-funding:${request.id}`,
  });
  const { chosen } = request;
  if (chosen === null || chosen === undefined) {
    return <Empty title={say('noQuotes')} />;
  }
  return (
    <SignatureScreen
      title={say('proposeTitle')}
      back={`/financing/${request.id}`}
      form={<Checks checks={request.checks} />}
      statement={say('proposeSentence', words)}
      facts={[
        { name: say('netBank'), value: <MoneyText money={chosen.net} />, strong: true },
        { name: say('face'), value: <MoneyText money={request.face} /> },
        { name: say('maturity'), value: <DayText day={request.maturity} /> },
      ]}
      happens={[say('proposeHappens', words)]}
      action={say('proposeAction', words)}
      act={act}
      onSign={() =>
        void act.run({
          request: request.id,
          quote: chosen.id,
          net: { amount: chosen.net.amount, currency: chosen.net.currency },
        })
      }
      done={{
        title: say('proposeDone', words),
        text: say('proposeHappens', words),
        next: <ActionLink to="/">{say('toToday')}</ActionLink>,
      }}
    />
  );
}

export function ApproveFundingScreen() {
  const say = useTexts(financingTexts);
  const request = useRequest();
  const words = useRequestWords(request);
  const { proposal, payTo } = request;
  const act = useAct(ApproveFundingDocument, {
    kind: 'finance.approve',
    form: `approve-funding:${proposal?.id ?? request.id}`,
  });
  const isDone = act.state.kind === 'done';
  if (proposal === null || proposal === undefined || (proposal.state !== 'OPEN' && !isDone)) {
    return (
      <Empty
        title={say('approveNothing')}
        action={<ActionLink to={`/financing/${request.id}`}>{say('seeRequest')}</ActionLink>}
      />
    );
  }
  const leg = request.legs.find(({ kind }) => kind === 'FUNDING');
  return (
    <SignatureScreen
      title={say('approveTitle')}
      back={`/financing/${request.id}`}
      form={
        <>
          <HeldNotice until={payTo?.heldUntil} />
          <Checks checks={request.checks} />
        </>
      }
      statement={say('approveSentence', words)}
      facts={[
        { name: say('netBank'), value: <MoneyText money={proposal.net} />, strong: true },
        { name: say('holder'), value: words.holder },
        { name: say('askPayTo'), value: words.account },
        { name: say('face'), value: <MoneyText money={request.face} /> },
        { name: say('maturity'), value: <DayText day={request.maturity} /> },
      ]}
      happens={[
        say('approveHappens1'),
        say('approveHappens2', words),
        say('approveHappens3', words),
      ]}
      forGood={say('approveForGood')}
      action={say('approveAction', words)}
      act={act}
      onSign={() =>
        void act.run({
          request: request.id,
          proposal: proposal.id,
          net: { amount: proposal.net.amount, currency: proposal.net.currency },
          payTo: payTo?.id ?? '',
          certificate: request.certificate?.id ?? '',
          invoice: request.invoice?.id ?? '',
        })
      }
      done={{
        title: say('approveDone', words),
        text: (
          <>
            <p>{say('approveDoneText')}</p>
            {leg !== undefined && <p className="mono">{leg.reference}</p>}
          </>
        ),
        next: (
          <>
            {leg !== undefined && (
              <ActionLink to={`/payments/${leg.id}`}>{say('payments')}</ActionLink>
            )}
            <ActionLink to={`/financing/${request.id}`} quiet>
              {say('seeRequest')}
            </ActionLink>
          </>
        ),
      }}
    />
  );
}

export function ReturnFundingScreen() {
  const say = useTexts(financingTexts);
  const ui = useTexts(uiTexts);
  const request = useRequest();
  const words = useRequestWords(request);
  const form = useKeptForm(`return-funding:${request.id}`, { reason: '' });
  const reason = form.values.reason.trim();
  const checked = useChecked({ reason: reason === '' ? ui('required') : undefined });
  const act = useAct(ReturnFundingDocument, {
    kind: 'finance.return',
    form: `return-funding:${request.proposal?.id ?? request.id}`,
  });
  return (
    <SignatureScreen
      title={say('returnTitle')}
      back={`/financing/${request.id}`}
      checked={checked}
      form={
        <TextField
          name="reason"
          label={say('words')}
          hint={say('wordsHint')}
          lines={3}
          value={form.values.reason}
          onChange={(value) => form.set('reason', value)}
          checked={checked}
        />
      }
      statement={say('returnSentence', words)}
      facts={[{ name: say('face'), value: <MoneyText money={request.face} /> }]}
      happens={[say('returnHappens', words)]}
      action={say('returnAction')}
      act={act}
      onSign={() =>
        void act
          .run({ request: request.id, proposal: request.proposal?.id ?? '', reason })
          .then((done) => {
            if (done !== undefined) {
              form.done();
            }
          })
      }
      done={{
        title: say('returnDone'),
        text: say('returnHappens', words),
        next: <ActionLink to="/">{say('toToday')}</ActionLink>,
      }}
    />
  );
}

export function DeclineFundingScreen() {
  const say = useTexts(financingTexts);
  const ui = useTexts(uiTexts);
  const request = useRequest();
  const words = useRequestWords(request);
  const form = useKeptForm(`decline-funding:${request.id}`, { reason: '' });
  const reason = form.values.reason.trim();
  const checked = useChecked({ reason: reason === '' ? ui('required') : undefined });
  const act = useAct(DeclineFundingDocument, {
    kind: 'finance.decline',
    form: `decline-funding:${request.id}`,
  });
  return (
    <SignatureScreen
      title={say('declineTitle')}
      back={`/financing/${request.id}`}
      checked={checked}
      form={
        <TextField
          name="reason"
          label={say('words')}
          hint={say('declineHint', words)}
          lines={3}
          value={form.values.reason}
          onChange={(value) => form.set('reason', value)}
          checked={checked}
        />
      }
      statement={say('declineSentence', words)}
      facts={[{ name: say('face'), value: <MoneyText money={request.face} /> }]}
      happens={[say('declineHappens1', words), say('declineHappens2', words)]}
      tone="danger"
      action={say('declineAction')}
      act={act}
      onSign={() =>
        void act.run({ request: request.id, reason }).then((done) => {
          if (done !== undefined) {
            form.done();
          }
        })
      }
      done={{
        title: say('declineDone'),
        text: say('declineHappens1', words),
        next: <ActionLink to={`/financing/${request.id}`}>{say('seeRequest')}</ActionLink>,
      }}
    />
  );
}

export function WithdrawQuoteScreen() {
  const say = useTexts(financingTexts);
  const viewer = useViewer();
  const request = useRequest();
  const words = useRequestWords(request);
  const quote = ownQuote(request, viewer.party.id);
  const act = useAct(WithdrawQuoteDocument, {
    kind: 'quote.withdraw',
    form: `withdraw-quote:${quote?.id ?? request.id}`,
  });
  return (
    <SignatureScreen
      title={say('withdrawTitle')}
      back={`/financing/${request.id}`}
      statement={say('withdrawSentence', words)}
      facts={[{ name: say('face'), value: <MoneyText money={request.face} /> }]}
      happens={[say('withdrawHappens')]}
      tone="danger"
      action={say('withdrawAction')}
      act={act}
      onSign={() => void act.run({ quote: quote?.id ?? '' })}
      done={{
        title: say('withdrawDone'),
        text: say('withdrawHappens'),
        next: <ActionLink to={`/financing/${request.id}`}>{say('seeRequest')}</ActionLink>,
      }}
    />
  );
}
