/** A change of a bank account: what it is, agreeing to it, taking it back. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import type { AccountChangePartsFragment } from '../lib/graphql/graphql.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { MomentText } from '../ui/DateText.tsx';
import type { Fact } from '../ui/Facts.tsx';
import { Facts } from '../ui/Facts.tsx';
import { TextField, useChecked } from '../ui/Form.tsx';
import { Notice } from '../ui/Notice.tsx';
import { ProofMark } from '../ui/Proof.tsx';
import { Card, Screen } from '../ui/Screen.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { accountTexts } from './account-texts.ts';
import {
  AccountChangeDocument,
  ApproveAccountChangeDocument,
  RetractAccountChangeDocument,
} from './queries.ts';

type Change = AccountChangePartsFragment;

export function AccountChangeScreen() {
  const say = useTexts(accountTexts);
  const viewer = useViewer();
  const change = useChange();
  const mayAct = mandateFor(viewer, 'party.admin') !== undefined;
  const isOwn = change.owner.id === viewer.party.id;
  const isHeld = change.heldUntil !== null && change.heldUntil !== undefined;
  const mayRetract = mayAct && isOwn && (change.state === 'OPEN' || isHeld);
  const mayApprove = mayAct && change.state === 'OPEN' && !change.isYours;
  return (
    <Screen
      title={say('changes')}
      narrow
      actions={
        <>
          {mayRetract && (
            <ActionLink to={`/accounts/changes/${change.id}/retract`} quiet>
              {say('retract')}
            </ActionLink>
          )}
          {mayApprove && (
            <ActionLink to={`/accounts/changes/${change.id}/approve`}>{say('approve')}</ActionLink>
          )}
        </>
      }
    >
      {change.state === 'OPEN' && (
        <Notice tone="info" title={say('left', { count: change.approvalsLeft })}>
          {change.isYours ? say('wait') : undefined}
        </Notice>
      )}
      <Card>
        <Facts facts={useFacts(change)} />
        <ProofMark anchor={change.anchor} subjectId={change.id} withWord />
      </Card>
      {isOwn && (
        <ActionLink to="/accounts" quiet>
          {say('back')}
        </ActionLink>
      )}
    </Screen>
  );
}

export function ApproveAccountScreen() {
  const say = useTexts(accountTexts);
  const viewer = useViewer();
  const change = useChange();
  const words = wordsOf(change);
  const { id, accountId: account, owner, anchor } = change;
  const options = { form: `account.approve:${id}`, shows: [anchor] };
  const act = useAct(ApproveAccountChangeDocument, { kind: 'account.approve', ...options });
  return (
    <SignatureScreen
      title={say('approveTitle')}
      back={`/accounts/changes/${id}`}
      statement={say('approveSentence', words)}
      facts={useFacts(change)}
      happens={[say('approveHappens1'), say('approveHappens2')]}
      forGood={owner.id === viewer.party.id ? undefined : say('approveHelper', words)}
      action={say('approveAction', words)}
      act={act}
      onSign={() => void act.run({ change: id, account })}
      done={{
        title: say('approveDone'),
        text: say('approveDoneText'),
        next: <ActionLink to={`/accounts/changes/${id}`}>{say('seeChange')}</ActionLink>,
      }}
    />
  );
}

export function RetractAccountScreen() {
  const say = useTexts(accountTexts);
  const ui = useTexts(uiTexts);
  const change = useChange();
  const words = wordsOf(change);
  const { id, accountId: account, anchor } = change;
  const name = `account.retract:${id}`;
  const form = useKeptForm(name, { reason: '' });
  const reason = form.values.reason.trim();
  const checked = useChecked({ reason: reason === '' ? ui('required') : undefined });
  const options = { form: name, shows: [anchor] };
  const act = useAct(RetractAccountChangeDocument, { kind: 'account.retract', ...options });
  return (
    <SignatureScreen
      title={say('retractTitle')}
      back={`/accounts/changes/${id}`}
      checked={checked}
      form={
        <TextField
          name="reason"
          label={say('reason')}
          hint={say('reasonHint')}
          lines={2}
          value={form.values.reason}
          onChange={(value) => form.set('reason', value)}
          checked={checked}
        />
      }
      statement={say('retractSentence', words)}
      facts={useFacts(change)}
      happens={[say('retractHappens')]}
      action={say('retractAction')}
      act={act}
      onSign={() =>
        void act.run({ change: id, account, reason }).then((done) => {
          if (done !== undefined) form.done();
        })
      }
      done={{
        title: say('retractDone'),
        text: say('retractHappens'),
        next: <ActionLink to="/accounts">{say('back')}</ActionLink>,
      }}
    />
  );
}

function useChange(): Change {
  const { id = '' } = useParams();
  return useSuspenseQuery(AccountChangeDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  }).data.accountChange;
}

function wordsOf({ owner, identifier, oldIdentifier }: Change) {
  return { party: owner.name, identifier, old: oldIdentifier };
}

function useFacts(change: Change): readonly Fact[] {
  const say = useTexts(accountTexts);
  const { heldUntil } = change;
  const name = (person: string) => (person === '' ? say('somebody') : person);
  const approved = change.approvedBy.map(name).join(', ');
  return [
    { name: say('owner'), value: change.owner.name },
    { name: say('state'), value: say(change.state) },
    { name: say('from'), value: `${change.oldIdentifier}, ${change.oldHolderName}` },
    { name: say('to'), value: `${change.identifier}, ${change.holderName}`, strong: true },
    { name: say('reason'), value: change.reason },
    { name: say('byWhom'), value: name(change.proposedBy) },
    { name: say('approvedBy'), value: approved === '' ? say('approvedNone') : approved },
    ...(heldUntil === null || heldUntil === undefined
      ? []
      : [{ name: say('heldUntil'), value: <MomentText moment={heldUntil} /> }]),
  ];
}
