/** The operator stops new business with an organisation, or lets it begin again. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import type { PartyStandingQuery } from '../lib/graphql/graphql.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useTexts } from '../lib/texts.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { TextField, useChecked } from '../ui/Form.tsx';
import { SignatureScreen, type Signing } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { PartyStandingDocument, ReinstatePartyDocument, SuspendPartyDocument } from './queries.ts';
import { suspensionTexts } from './suspension-texts.ts';

type Party = PartyStandingQuery['party'];

export function SuspendScreen() {
  const party = useParty();
  const act = useAct(SuspendPartyDocument, options('party.suspend', party));
  const sign = (reason: string) => act.run({ suspended: party.id, reason });
  return <StandingScreen name="suspend" party={party} act={act} sign={sign} />;
}

export function ReinstateScreen() {
  const party = useParty();
  const act = useAct(ReinstatePartyDocument, options('party.reinstate', party));
  const sign = (reason: string) => act.run({ reinstated: party.id, reason });
  return <StandingScreen name="reinstate" party={party} act={act} sign={sign} />;
}

function useParty(): Party {
  const { id = '' } = useParams();
  return useSuspenseQuery(PartyStandingDocument, { variables: { id } }).data.party;
}

function options<K extends string>(kind: K, { id, anchor }: Party) {
  return { kind, form: `${kind}:${id}`, shows: [anchor] };
}

function StandingScreen({
  name,
  party,
  act,
  sign,
}: {
  readonly name: 'suspend' | 'reinstate';
  readonly party: Party;
  readonly act: Signing;
  readonly sign: (reason: string) => Promise<unknown>;
}) {
  const say = useTexts(suspensionTexts);
  const ui = useTexts(uiTexts);
  const words = { party: party.name };
  const form = useKeptForm(`${name}:${party.id}`, { reason: '' });
  const reason = form.values.reason.trim();
  const checked = useChecked({ reason: reason === '' ? ui('required') : undefined });
  const happens = [
    say(`${name}Happens1`, words),
    say(`${name}Happens2`, words),
    say(`${name}Happens3`, words),
  ];
  return (
    <SignatureScreen
      title={say(`${name}Title`)}
      back="/parties"
      checked={checked}
      form={
        <TextField
          name="reason"
          label={say('reason')}
          hint={say('reasonHint')}
          lines={3}
          value={form.values.reason}
          onChange={(value) => form.set('reason', value)}
          checked={checked}
        />
      }
      statement={say(`${name}Sentence`, words)}
      facts={[
        { name: say('name'), value: party.name, strong: true },
        {
          name: say('registration'),
          value: `${party.registrationScheme} ${party.registrationNumber}`,
        },
        { name: say('state'), value: say(party.state) },
      ]}
      happens={happens}
      action={say(`${name}Action`, words)}
      act={act}
      onSign={() =>
        void sign(reason).then((done) => {
          if (done !== undefined) form.done();
        })
      }
      done={{
        title: say(`${name}Done`, words),
        text: say(`${name}Happens1`, words),
        next: <ActionLink to="/parties">{say('partiesBack')}</ActionLink>,
      }}
    />
  );
}
