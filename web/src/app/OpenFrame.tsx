/** The frame of what anyone may open: no rail, no session, one way to the app. */
import { Suspense } from 'react';
import { Link, Outlet } from 'react-router';
import { useTexts } from '../lib/texts.ts';
import { Waiting } from '../ui/Empty.tsx';
import { uiTexts } from '../ui/texts.ts';
import { LanguageSwitch, Mark, ThemeSwitch } from './Shell.tsx';

export function OpenFrame() {
  const say = useTexts(uiTexts);
  return (
    <div className="door">
      <header className="door-bar">
        <Link to="/" className="shell-brand">
          <Mark />
          Tallystick
        </Link>
        <span className="row door-switches">
          <LanguageSwitch />
          <ThemeSwitch />
        </span>
      </header>
      <main className="open-main">
        <Suspense fallback={<Waiting label={say('loading')} />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}
