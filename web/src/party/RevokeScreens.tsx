/** Taking a mandate back, and revoking a key. */
import { useParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { useActWords } from '../ui/act-words.ts';
import { Empty } from '../ui/Empty.tsx';
import type { Fact } from '../ui/Facts.tsx';
import { TextField, useChecked } from '../ui/Form.tsx';
import { SignatureScreen, type Signing } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { RevokeKeyDocument, RevokeMandateDocument } from './queries.ts';
import { teamTexts } from './team-texts.ts';
import { usePerson } from './use-person.ts';

export function RevokeMandateScreen() {
  const { mandateId = '' } = useParams();
  const say = useTexts(teamTexts);
  const known = useActWords();
  const person = usePerson();
  const mandate = person.mandates.find(({ id }) => id === mandateId);
  const form = `mandate.revoke:${mandateId}`;
  const act = useAct(RevokeMandateDocument, { kind: 'mandate.revoke', form });
  if (mandate === undefined) return <Nothing person={person.id} />;
  const action = known.action(mandate.action);
  return (
    <RevokeScreen
      name="revoke"
      form={form}
      words={{ action }}
      facts={[{ name: say('action'), value: action }]}
      act={act}
      sign={(reason) => act.run({ revoked: mandate.id, reason })}
    />
  );
}

export function RevokeKeyScreen() {
  const { keyId = '' } = useParams();
  const say = useTexts(teamTexts);
  const person = usePerson();
  const key = person.keys.find((each) => each.keyId === keyId);
  const form = `key.revoke:${keyId}`;
  const act = useAct(RevokeKeyDocument, { kind: 'key.revoke', form });
  if (key === undefined) return <Nothing person={person.id} />;
  const { label, publicKey } = key;
  return (
    <RevokeScreen
      name="revokeKey"
      form={form}
      words={{ label }}
      facts={[{ name: say('key'), value: label }]}
      forGood={say('revokeKeyForGood', { name: person.name })}
      act={act}
      sign={(reason) => act.run({ publicKey, reason })}
    />
  );
}

function Nothing({ person }: { readonly person: string }) {
  const say = useTexts(teamTexts);
  const back = <ActionLink to={`/team/${person}`}>{say('back')}</ActionLink>;
  return <Empty title={say('REVOKED')} action={back} />;
}

function RevokeScreen({
  name,
  form: formName,
  words: own,
  facts,
  forGood,
  act,
  sign,
}: {
  readonly name: 'revoke' | 'revokeKey';
  readonly form: string;
  readonly words: Readonly<Record<string, string>>;
  readonly facts: readonly Fact[];
  readonly forGood?: string;
  readonly act: Signing;
  readonly sign: (reason: string) => Promise<unknown>;
}) {
  const say = useTexts(teamTexts);
  const ui = useTexts(uiTexts);
  const viewer = useViewer();
  const person = usePerson();
  const form = useKeptForm(formName, { reason: '' });
  const reason = form.values.reason.trim();
  const checked = useChecked({ reason: reason === '' ? ui('required') : undefined });
  const words = { ...own, name: person.name, party: viewer.party.name };
  return (
    <SignatureScreen
      title={say(`${name}Title`)}
      back={`/team/${person.id}`}
      checked={checked}
      form={
        <TextField
          name="reason"
          label={say('reason')}
          lines={2}
          value={form.values.reason}
          onChange={(value) => form.set('reason', value)}
          checked={checked}
        />
      }
      statement={say(`${name}Sentence`, words)}
      facts={[{ name: say('name'), value: person.name, strong: true }, ...facts]}
      happens={[say(`${name}Happens1`, words), say(`${name}Happens2`, words)]}
      forGood={forGood}
      action={say(`${name}Action`, words)}
      act={act}
      onSign={() =>
        void sign(reason).then((done) => {
          if (done !== undefined) form.done();
        })
      }
      done={{
        title: say(`${name}Done`, words),
        text: say(`${name}Happens2`, words),
        next: <ActionLink to={`/team/${person.id}`}>{person.name}</ActionLink>,
      }}
    />
  );
}
