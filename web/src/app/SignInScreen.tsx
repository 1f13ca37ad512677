/** The door. In a demo world the people of the story stand beside it, each one click away. */
import { useMutation } from '@apollo/client/react';
import { Button, PasswordInput, TextInput, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { useKnown, useTexts } from '../lib/texts.ts';
import { ErrorWords } from '../ui/ErrorView.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Card, useTitle } from '../ui/Screen.tsx';
import { type DemoLogin, useDemoLogins } from './demo-logins.ts';
import { SignInDocument } from './queries.ts';
import { initials, LanguageSwitch, Mark, ThemeSwitch } from './Shell.tsx';
import { useRenewSession } from './session.tsx';
import { appTexts } from './texts.ts';
import './SignInScreen.css';

export function SignInScreen() {
  const say = useTexts(appTexts);
  const heading = useTitle(say('doorTitle'));
  const renew = useRenewSession();
  const [signIn, { loading, error }] = useMutation(SignInDocument);
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [wrong, setWrong] = useState(false);

  const enter = async ({ login, password }: Pick<DemoLogin, 'login' | 'password'>) => {
    setWrong(false);
    const { data } = await signIn({ variables: { login, password } }).catch(() => ({
      data: undefined,
    }));
    if (data?.signIn.__typename === 'Session') {
      renew();
    } else if (data !== undefined && data !== null) {
      setWrong(true);
    }
  };

  return (
    <div className="door">
      <header className="door-bar">
        <span className="shell-brand">
          <Mark />
          Tallystick
        </span>
        <span className="row door-switches">
          <LanguageSwitch />
          <ThemeSwitch />
        </span>
      </header>
      <main className="door-main">
        <div className="door-words">
          <h1 ref={heading} tabIndex={-1}>
            {say('doorTitle')}
          </h1>
          <p className="dim">{say('doorLead')}</p>
        </div>
        {error !== undefined && <ErrorWords error={error} />}
        {wrong && <Notice tone="bad" title={say('wrong')} />}
        <Card>
          <form
            className="fields"
            onSubmit={(event) => {
              event.preventDefault();
              void enter({ login, password });
            }}
          >
            <TextInput
              label={say('login')}
              name="login"
              autoComplete="username"
              required
              value={login}
              onChange={(event) => setLogin(event.currentTarget.value)}
            />
            <PasswordInput
              label={say('password')}
              name="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            <Button type="submit" loading={loading} fullWidth>
              {say('signIn')}
            </Button>
          </form>
        </Card>
        <Link to="/verify">{say('verifyHere')}</Link>
        <DemoPeople onChoose={(as) => void enter(as)} />
      </main>
    </div>
  );
}

/** Who one can be in a demo world. */
function DemoPeople({ onChoose }: { readonly onChoose: (as: DemoLogin) => void }) {
  const say = useTexts(appTexts);
  const known = useKnown(appTexts);
  const people = useDemoLogins();
  if (people.length === 0) {
    return null;
  }
  return (
    <section className="door-people" aria-labelledby="door-people">
      <h2 id="door-people">{say('demo')}</h2>
      <p className="small dim">{say('demoHint')}</p>
      <ul>
        {people.map((person) => (
          <li key={person.login}>
            <UnstyledButton className="door-person" onClick={() => onChoose(person)}>
              <span className="shell-initials" aria-hidden="true">
                {initials(person.name)}
              </span>
              <span className="door-person-words">
                <span>{person.name}</span>
                <span className="dim">{known(`who.${person.login}`) ?? person.what}</span>
              </span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </section>
  );
}
