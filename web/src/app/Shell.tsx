/** The frame around every screen: the rail of the role's places, the bar, the banner of the network. */
import { useMutation, useQuery } from '@apollo/client/react';
import { Menu, TextInput, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import {
  IconChevronDown,
  IconDeviceDesktop,
  IconDots,
  IconLanguage,
  IconMoon,
  IconSearch,
  IconSun,
} from '@tabler/icons-react';
import { Suspense, useRef } from 'react';
import { Link, NavLink, Outlet, useLocation, useNavigate } from 'react-router';
import { pinAnchor, pinnedAnchor } from '../lib/anchor-pin.ts';
import { shortFingerprint } from '../lib/fingerprint.ts';
import { formatDay } from '../lib/format-date.ts';
import { changeLanguage, useLanguage, useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { useActWords } from '../ui/act-words.ts';
import { Waiting } from '../ui/Empty.tsx';
import { Notice } from '../ui/Notice.tsx';
import { SuspendedNotice } from '../ui/SuspendedNotice.tsx';
import { uiTexts } from '../ui/texts.ts';
import { useLive } from './live.ts';
import { placesFor } from './places.ts';
import { NetworkBannerDocument, SignOutDocument } from './queries.ts';
import { useRenewSession } from './session.tsx';
import { appTexts } from './texts.ts';
import './Shell.css';

/** How often the banner asks how the network is. */
const bannerEveryMs = 5_000;
/** Places on a phone's bar beside “More”. */
const placesOnPhoneMax = 4;

export function Shell() {
  const say = useTexts(appTexts);
  const ui = useTexts(uiTexts);
  useLive();

  return (
    <div className="shell">
      <a href="#content" className="shell-skip">
        {say('skip')}
      </a>
      <TopBar />
      <Rail />
      <main id="content" className="shell-content" tabIndex={-1}>
        <div className="shell-inner">
          <NetworkBanner />
          <SuspendedNotice />
          <Suspense fallback={<Waiting label={ui('loading')} />}>
            <Outlet />
          </Suspense>
        </div>
      </main>
      <PhoneBar />
    </div>
  );
}

function TopBar() {
  const say = useTexts(appTexts);
  const language = useLanguage();
  const viewer = useViewer();
  return (
    <header className="shell-bar">
      <Link to="/" className="shell-brand" aria-label="Tallystick">
        <Mark />
        <span className="shell-brand-name">Tallystick</span>
      </Link>
      <div className="shell-party">
        <span className="shell-party-name">{viewer.party.name}</span>
        {viewer.demo && (
          <span className="small dim shell-day">
            {say('businessDay', { day: formatDay(viewer.businessDate, language) })}
          </span>
        )}
      </div>
      <Search />
      <LanguageSwitch />
      <ThemeSwitch />
      <MeMenu />
    </header>
  );
}

/** Three notches and the cut across: a tally, split in two. */
export function Mark() {
  return (
    <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" className="mark-ground" />
      <path d="M8 8v16M14 8v16M20 8v16" className="mark-notch" />
      <path d="M5 21 27 11" className="mark-cut" />
    </svg>
  );
}

function Rail() {
  const say = useTexts(appTexts);
  const viewer = useViewer();
  return (
    <nav className="shell-rail" aria-label={say('places')}>
      {placesFor(viewer.party.roles).map(({ name, to, icon: Icon }) => (
        <NavLink key={name} to={to} end={to === '/'} className="shell-place">
          <Icon size={20} stroke={1.6} aria-hidden="true" />
          <span>{say(name)}</span>
        </NavLink>
      ))}
    </nav>
  );
}

function PhoneBar() {
  const say = useTexts(appTexts);
  const viewer = useViewer();
  const all = placesFor(viewer.party.roles);
  const shown = all.slice(0, placesOnPhoneMax);
  const more = all.slice(placesOnPhoneMax);
  return (
    <nav className="shell-phone" aria-label={say('places')}>
      {shown.map(({ name, to, icon: Icon }) => (
        <NavLink key={name} to={to} end={to === '/'} className="shell-phone-place">
          <Icon size={22} stroke={1.6} aria-hidden="true" />
          <span>{say(name)}</span>
        </NavLink>
      ))}
      {more.length > 0 && (
        <Menu position="top-end" shadow="md" width={220}>
          <Menu.Target>
            <UnstyledButton className="shell-phone-place">
              <IconDots size={22} stroke={1.6} aria-hidden="true" />
              <span>{say('more')}</span>
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown>
            {more.map(({ name, to, icon: Icon }) => (
              <Menu.Item
                key={name}
                component={Link}
                to={to}
                leftSection={<Icon size={18} aria-hidden="true" />}
              >
                {say(name)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </nav>
  );
}

function Search() {
  const say = useTexts(appTexts);
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => input.current?.focus()]]);
  return (
    <search className="shell-search">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const text = input.current?.value.trim() ?? '';
          if (text !== '') {
            navigate(`/search?text=${encodeURIComponent(text)}`);
          }
        }}
      >
        <TextInput
          ref={input}
          size="sm"
          type="search"
          aria-label={say('goTo')}
          placeholder={say('goToHint')}
          leftSection={<IconSearch size={16} aria-hidden="true" />}
        />
      </form>
    </search>
  );
}

export function LanguageSwitch() {
  const say = useTexts(appTexts);
  const language = useLanguage();
  const other = language === 'en' ? 'zh' : 'en';
  return (
    <UnstyledButton
      className="shell-icon"
      onClick={() => changeLanguage(other)}
      aria-label={`${say('language')}: ${other === 'zh' ? '中文' : 'English'}`}
    >
      <IconLanguage size={20} stroke={1.6} aria-hidden="true" />
      <span className="shell-icon-word" lang={other === 'zh' ? 'zh-CN' : 'en'}>
        {other === 'zh' ? '中文' : 'English'}
      </span>
    </UnstyledButton>
  );
}

export function ThemeSwitch() {
  const say = useTexts(appTexts);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const icons = { light: IconSun, dark: IconMoon, auto: IconDeviceDesktop };
  const Icon = icons[colorScheme];
  return (
    <Menu position="bottom-end" shadow="md" width={180}>
      <Menu.Target>
        <UnstyledButton className="shell-icon" aria-label={`${say('theme')}: ${say(colorScheme)}`}>
          <Icon size={20} stroke={1.6} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {(['light', 'dark', 'auto'] as const).map((scheme) => {
          const Each = icons[scheme];
          return (
            <Menu.Item
              key={scheme}
              leftSection={<Each size={16} aria-hidden="true" />}
              onClick={() => setColorScheme(scheme)}
            >
              {say(scheme)}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

function MeMenu() {
  const say = useTexts(appTexts);
  const words = useActWords();
  const viewer = useViewer();
  const renew = useRenewSession();
  const navigate = useNavigate();
  const [signOut] = useMutation(SignOutDocument);
  const { name } = viewer.person;
  return (
    <Menu position="bottom-end" shadow="md" width={240}>
      <Menu.Target>
        <UnstyledButton className="shell-me">
          <span className="shell-initials" aria-hidden="true">
            {initials(name)}
          </span>
          <span className="shell-me-name">{name}</span>
          <IconChevronDown size={14} aria-hidden="true" className="shell-me-name" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {name}, {words.role(viewer.person.role)}
        </Menu.Label>
        <Menu.Item component={Link} to="/team">
          {say('team')}
        </Menu.Item>
        <Menu.Item component={Link} to="/accounts">
          {say('accounts')}
        </Menu.Item>
        <Menu.Item component={Link} to="/profile">
          {say('profile')}
        </Menu.Item>
        <Menu.Item component={Link} to="/programme">
          {say('programme')}
        </Menu.Item>
        <Menu.Item component={Link} to="/acts">
          {say('acts')}
        </Menu.Item>
        <Menu.Item component={Link} to="/network">
          {say('network')}
        </Menu.Item>
        <Menu.Item component={Link} to="/verify">
          {say('verify')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          onClick={async () => {
            await signOut();
            navigate('/');
            renew();
          }}
        >
          {say('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** 'Ben Bolt, Bolt & Co' is BB. */
export function initials(name: string): string {
  return (name.split(',')[0] ?? name)
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .slice(0, 2)
    .join('')
    .toUpperCase();
}

/** Says so when the network cannot make things final (its own page does so itself), and when it is not the one this device knows. */
function NetworkBanner() {
  const say = useTexts(appTexts);
  const ui = useTexts(uiTexts);
  const { pathname } = useLocation();
  const { data } = useQuery(NetworkBannerDocument, { pollInterval: bannerEveryMs });
  if (data === undefined) {
    return null;
  }
  const { chain } = data;
  const known = pinAnchor(chain.anchorFile) === 'same' || pinnedAnchor() === undefined;
  return (
    <>
      {!known && (
        <div className="shell-banner">
          <Notice
            tone="bad"
            title={ui('anchorChanged', { fingerprint: shortFingerprint(chain.anchorFingerprint) })}
          />
        </div>
      )}
      {!chain.finalising && pathname !== '/network' && (
        <div className="shell-banner">
          <Notice
            tone="warn"
            title={say('notFinal')}
            action={<Link to="/network">{say('seeNetwork')}</Link>}
          >
            {say('notFinalText', { count: chain.waiting })}
          </Notice>
        </div>
      )}
    </>
  );
}
