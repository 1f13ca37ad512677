/** One request: sealed while the window is open, then the quotes side by side; checks, payments, life. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Link, useParams } from 'react-router';
import type { RequestPartsFragment } from '../lib/graphql/graphql.ts';
import { useKnown, useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText, MomentText } from '../ui/DateText.tsx';
import { LifeLine, type Step } from '../ui/LifeLine.tsx';
import { Detail } from '../ui/ListDetail.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Notice } from '../ui/Notice.tsx';
import { ProofMark } from '../ui/Proof.tsx';
import { Section } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { Checks } from './Checks.tsx';
import { isPaidOut } from './late.ts';
import { lateTexts } from './late-texts.ts';
import { Owed } from './Owed.tsx';
import { RequestDocument } from './queries.ts';
import { Ranking } from './Ranking.tsx';
import { Snapshot } from './Snapshot.tsx';
import { useRequestSentence, useRequestWords } from './sentence.ts';
import { actsOffered, tones } from './states.ts';
import { financingTexts } from './texts.ts';

export function RequestDetail() {
  const say = useTexts(financingTexts);
  const viewer = useViewer();
  const { id = '' } = useParams();
  const { data } = useSuspenseQuery(RequestDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  });
  const { financeRequest: request } = data;
  const sentence = useRequestSentence(request);
  const words = useRequestWords(request);
  const isHolder = request.holder.id === viewer.party.id;

  return (
    <Detail
      title={say('requestFor', words)}
      back="/financing"
      state={
        <>
          <StateTag tone={tones[request.state]}>{say(request.state)}</StateTag>
          <ProofMark anchor={request.anchor} subjectId={request.id} withWord />
        </>
      }
      actions={<Actions request={request} />}
    >
      <div className="detail-lead">
        <MoneyText money={request.chosen?.net ?? request.face} size="large" />
        <p className="prose">{sentence}</p>
      </div>
      {request.proposal?.state === 'RETURNED' && !isHolder && (
        <Notice tone="warn" title={say('returned', { reason: request.proposal.reason ?? '' })} />
      )}
      <Failure request={request} />
      {request.isWaiting && <Notice tone="info" title={say('waits')} />}
      {request.state === 'OPEN' && (
        <Notice tone="info" title={say('sealedTitle')}>
          {say('sealedText')}
        </Notice>
      )}
      {request.quotes.length > 0 && (
        <Section title={say(isHolder || request.state !== 'OPEN' ? 'ranking' : 'own')}>
          <Ranking request={request} />
        </Section>
      )}
      {request.checks.length > 0 && (
        <Section title={say('checks')}>
          <Checks checks={request.checks} />
        </Section>
      )}
      <Snapshot request={request} />
      {isPaidOut(request.state) && <Owed request={request} />}
      <Payments request={request} />
      <Section title={say('life')}>
        <RequestLife request={request} />
      </Section>
    </Detail>
  );
}

function Actions({ request }: { readonly request: RequestPartsFragment }) {
  const say = useTexts(financingTexts);
  const viewer = useViewer();
  const late = useTexts(lateTexts);
  const words = useRequestWords(request);
  const acts = actsOffered(
    request,
    viewer.party.id,
    (action) => mandateFor(viewer, action) !== undefined,
  );
  const labels = {
    quote: say('doQuote'),
    withdraw: say('doWithdraw'),
    propose: say('doPropose'),
    approve: say('doApprove'),
    return: say('doReturn'),
    decline: say('doDecline'),
    recourse: late('doCall', words),
    'write-off': late('doWriteOff'),
  } as const;
  return acts.map((act, order) => (
    <ActionLink
      key={act}
      to={`/financing/${request.id}/${act}`}
      quiet={order > 0 || act === 'withdraw' || act === 'decline'}
    >
      {labels[act]}
    </ActionLink>
  ));
}

/** Why the bank did not pay, and where the quotes are that are left. */
function Failure({ request }: { readonly request: RequestPartsFragment }) {
  const say = useTexts(financingTexts);
  const { failReason, followsId, followedById } = request;
  return (
    <>
      {failReason != null && (
        <Notice
          tone="bad"
          title={
            failReason === 'NOT_PAID_IN_TIME'
              ? say('failedLate')
              : say('failedSaid', { reason: failReason })
          }
          action={
            followedById != null && (
              <ActionLink to={`/financing/${followedById}`}>{say('seeNext')}</ActionLink>
            )
          }
        />
      )}
      {followsId != null && (
        <Notice
          tone="info"
          title={say('followsFailed')}
          action={
            <ActionLink to={`/financing/${followsId}`} quiet>
              {say('seeFailed')}
            </ActionLink>
          }
        />
      )}
    </>
  );
}

function Payments({ request }: { readonly request: RequestPartsFragment }) {
  const say = useTexts(financingTexts);
  const known = useKnown(financingTexts);
  const words = useRequestWords(request);
  if (request.legs.length === 0) {
    return null;
  }
  return (
    <Section title={say('payments')}>
      {request.legs.map((leg) => (
        <p key={leg.id} className="row">
          <Link to={`/payments/${leg.id}`}>{known(leg.kind, words) ?? leg.kind}</Link>
          <MoneyText money={leg.amount} />
          <span className="small dim">
            <DayText day={leg.dueDate} short />
          </span>
        </p>
      ))}
    </Section>
  );
}

const reached: readonly string[] = ['OPEN', 'CLOSED', 'RESERVED', 'INSTRUCTED', 'FUNDED', 'REPAID'];

function RequestLife({ request }: { readonly request: RequestPartsFragment }) {
  const say = useTexts(financingTexts);
  const words = useRequestWords(request);
  const { state } = request;
  const at = stageOf(state);
  const when = (stage: number): Step['when'] =>
    at > stage ? 'done' : at === stage ? 'now' : 'later';
  if (at < 0) {
    return (
      <LifeLine
        label={say('life')}
        steps={[
          { id: 'asked', when: 'done', title: say('lifeAsked', words) },
          { id: 'ended', when: 'ended', title: say(state) },
        ]}
      />
    );
  }
  return (
    <LifeLine
      label={say('life')}
      steps={[
        {
          id: 'asked',
          when: 'done',
          title: say('lifeAsked', words),
          note: <MomentText moment={request.createdAt} />,
        },
        {
          id: 'sealed',
          when: when(0),
          title: say('lifeOpened'),
          note: <MomentText moment={request.closesAt} />,
        },
        { id: 'chosen', when: when(1), title: say('lifeChosen', words) },
        { id: 'approved', when: when(2), title: say('lifeApproved') },
        { id: 'funded', when: when(3), title: say('lifeFunded') },
        {
          id: 'repaid',
          when: at >= 5 ? 'done' : when(4),
          title: say('lifeRepaid', words),
          note: <DayText day={request.maturity} />,
        },
      ]}
    />
  );
}

/** How far it has come: the place of its state among the reached ones; below zero when it ended early. */
function stageOf(state: RequestPartsFragment['state']): number {
  switch (state) {
    case 'SELECTED':
    case 'APPROVAL':
      return reached.indexOf('RESERVED');
    case 'FUNDING_FAILED':
      return reached.indexOf('INSTRUCTED');
    case 'REPAYING':
    case 'OVERDUE':
    case 'DEFAULTED':
    case 'RECOURSE_CALLED':
    case 'RECOURSE_PAID':
    case 'LOSS':
      return reached.indexOf('FUNDED');
    default:
      return reached.indexOf(state);
  }
}
