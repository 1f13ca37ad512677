/** An administrator lets the platform keep a key for a colleague who has none. */
import { useMutation } from '@apollo/client/react';
import { useAct } from '../lib/act/use-act.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { PrepareCustodialKeyDocument, RegisterKeyDocument } from './queries.ts';
import { teamTexts } from './team-texts.ts';
import { usePerson } from './use-person.ts';

export function GiveKeyScreen() {
  const say = useTexts(teamTexts);
  const { party } = useViewer();
  const person = usePerson();
  const name = `key.register:${person.id}`;
  // The key is made once: a reload or a refusal goes on with the same one.
  const form = useKeptForm(name, { publicKey: '' });
  const [prepare] = useMutation(PrepareCustodialKeyDocument);
  const act = useAct(RegisterKeyDocument, { kind: 'key.register', form: name });
  const words = { name: person.name, party: party.name };

  async function sign(): Promise<void> {
    const made =
      form.values.publicKey ||
      (await prepare({ variables: { holder: person.id } })).data?.prepareCustodialKey;
    if (made === undefined) return;
    form.set('publicKey', made);
    const done = await act.run({
      ...{ owner: party.id, ownerName: party.name, holder: person.id, holderName: person.name },
      ...{ publicKey: made, custody: 'custodial', label: say('keyLabel') },
    });
    if (done !== undefined) form.done();
  }

  return (
    <SignatureScreen
      title={say('keyTitle')}
      back={`/team/${person.id}`}
      statement={say('keySentence', words)}
      facts={[{ name: say('name'), value: person.name, strong: true }]}
      happens={[say('keyHappens1', words), say('keyHappens2', words)]}
      action={say('keyAction', words)}
      act={act}
      onSign={() => void sign()}
      done={{
        title: say('keyDone', words),
        text: say('keyHappens1', words),
        next: <ActionLink to={`/team/${person.id}`}>{person.name}</ActionLink>,
      }}
    />
  );
}
