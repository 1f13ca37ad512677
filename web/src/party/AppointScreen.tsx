/** Somebody may act for the organisation, and gets a login. */
import { PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../lib/act/use-act.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { useActWords } from '../ui/act-words.ts';
import { fieldId, TextField, useChecked } from '../ui/Form.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { AppointPersonDocument } from './queries.ts';
import { RoleField } from './RoleField.tsx';
import { teamTexts } from './team-texts.ts';

/** As the server asks for it. */
const passwordMin = 8;

export function AppointScreen() {
  const say = useTexts(teamTexts);
  const ui = useTexts(uiTexts);
  const words = useActWords();
  const viewer = useViewer();
  const form = useKeptForm('person.appoint', { name: '', role: 'clerk', login: '' });
  // A password is not kept: it stays on the page only.
  const [password, setPassword] = useState('');
  const { values, set } = form;
  const name = values.name.trim();
  const login = values.login.trim();
  const checked = useChecked({
    name: name === '' ? ui('required') : undefined,
    login: login === '' ? ui('required') : /\s/.test(login) ? say('spaces') : undefined,
    password: password.length < passwordMin ? say('tooShort', { min: passwordMin }) : undefined,
  });
  const options = { kind: 'person.appoint', form: 'person.appoint' } as const;
  const act = useAct(AppointPersonDocument, { ...options, beside: ['login', 'password'] });
  const said = {
    ...{ name: name === '' ? '…' : name, party: viewer.party.name },
    role: words.role(values.role),
  };
  const appointed = act.state.kind === 'done' ? act.state.success.person.id : '';
  return (
    <SignatureScreen
      title={say('appoint')}
      back="/team"
      checked={checked}
      form={
        <div className="fields">
          <TextField
            name="name"
            label={say('appointName')}
            hint={say('appointNameHint')}
            value={values.name}
            onChange={(value) => set('name', value)}
            checked={checked}
          />
          <RoleField
            label={say('appointRole')}
            value={values.role}
            onChange={(value) => set('role', value)}
          />
          <div className="fields-row">
            <TextField
              name="login"
              label={say('login')}
              hint={say('loginHint')}
              value={values.login}
              onChange={(value) => set('login', value)}
              checked={checked}
            />
            <PasswordInput
              id={fieldId('password')}
              label={say('password')}
              description={say('passwordHint', { min: passwordMin })}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              onBlur={checked.leave('password')}
              error={checked.error('password')}
              autoComplete="new-password"
              withAsterisk
            />
          </div>
        </div>
      }
      statement={say('appointSentence', said)}
      facts={[
        { name: say('name'), value: said.name, strong: true },
        { name: say('role'), value: said.role },
        { name: say('login'), value: login },
      ]}
      happens={[say('appointHappens1', said), say('appointHappens2', said)]}
      action={say('appointAction', said)}
      act={act}
      onSign={() =>
        void act
          .run({ employer: viewer.party.id, name, role: values.role, login, password })
          .then((done) => {
            if (done !== undefined) form.done();
          })
      }
      done={{
        title: say('appointDone', said),
        text: say('appointDoneText', said),
        next: <ActionLink to={`/team/${appointed}/grant`}>{say('grant')}</ActionLink>,
      }}
    />
  );
}
