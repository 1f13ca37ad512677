/**
 * A real server process and a real browser for journeys: who signs in, what the page sends, what it
 * keeps, and whether everybody can use it.
 *
 *   const server = await startServer();              // an own home, an own port
 *   const people = await openBrowser(findChromium(), server.url);
 *   const ben = await people.signIn('Ben Bolt');     // by the door, with one click
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));
const npm = createRequire(import.meta.url);

export type RunningServer = { readonly url: string; readonly stop: () => Promise<void> };

/** How long the first start may take, the web app's build included. */
const startMsMax = 180_000;

/** `npm start` on a new home and a free port. */
export async function startServer(): Promise<RunningServer> {
  const home = mkdtempSync(path.join(tmpdir(), 'tallystick-journey-'));
  const child = spawn(process.execPath, [main, '--port', '0'], {
    env: { ...process.env, TALLYSTICK_HOME: home, npm_execpath: npmPath() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await ready(child);
  return {
    url,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function npmPath(): string | undefined {
  return process.env.npm_execpath ?? resolved('npm/bin/npm-cli.js');
}

function resolved(name: string): string | undefined {
  try {
    return npm.resolve(name);
  } catch {
    return undefined;
  }
}

function ready(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready in time:\n${said}`)), startMsMax);
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const url = /ready at (http:\/\/\S+)/.exec(said)?.[1];
      if (url !== undefined) {
        clearTimeout(timer);
        resolve(url);
      }
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the server ended with ${code}:\n${said}`));
    });
  });
}

export type People = {
  readonly browser: Browser;
  /** A person in a browser profile of her own, signed in by one click at the door. */
  readonly signIn: (name: string) => Promise<Person>;
  readonly close: () => Promise<void>;
};

export type Person = {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly watched: Watched;
};

/** All that a page sent, and what it asked of the browser's key store. */
export type Watched = {
  /** Addresses, headers and bodies of every request, and every frame of every socket. */
  readonly sent: string[];
  readonly errors: string[];
  readonly keys: { readonly extractable: boolean; readonly secret: Buffer }[];
};

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function openBrowser(executablePath: string, url: string): Promise<People> {
  const browser = await chromium.launch({ executablePath, args: flags });
  return {
    browser,
    signIn: async (name) => {
      const context = await browser.newContext({
        baseURL: url,
        viewport: widths.desk,
        locale: 'en-GB',
        colorScheme: 'light',
        reducedMotion: 'reduce',
      });
      const watched = await watch(context);
      const page = await context.newPage();
      await page.goto('/');
      await page.getByRole('button', { name }).click();
      await page.locator('.shell').waitFor();
      await settled(page);
      return { page, context, watched };
    },
    close: () => browser.close(),
  };
}

/**
 * Watches everything that leaves the pages of a context. Keys are made extractable behind the page's
 * back so that their secret halves are known here; the page gets what it asked for.
 */
async function watch(context: BrowserContext): Promise<Watched> {
  const watched: Watched = { sent: [], errors: [], keys: [] };
  await context.exposeBinding(
    'reportKey',
    (_source, made: { readonly extractable: boolean; readonly secret: readonly number[] }) => {
      watched.keys.push({
        extractable: made.extractable,
        // The last 32 octets of the PKCS#8 form are the secret itself.
        secret: Buffer.from(made.secret).subarray(-32),
      });
    },
  );
  await context.addInitScript(tapKeys);
  await context.addInitScript(followAnchors);
  context.on('request', (request) => {
    watched.sent.push(
      `${request.url()}\n${JSON.stringify(request.headers())}\n${request.postData() ?? ''}`,
    );
  });
  context.on('page', (page) => {
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => watched.sent.push(payload.toString())),
    );
    page.on('pageerror', (error) => watched.errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') {
        watched.errors.push(message.text());
      }
    });
  });
  return watched;
}

function tapKeys(): void {
  if (globalThis.crypto?.subtle === undefined) {
    return;
  }
  const subtle = crypto.subtle;
  const make = subtle.generateKey.bind(subtle);
  Object.defineProperty(subtle, 'generateKey', {
    value: async (algorithm: { name: string }, extractable: boolean, usages: KeyUsage[]) => {
      const pair = (await make(algorithm, true, usages)) as CryptoKeyPair;
      const secret = await subtle.exportKey('pkcs8', pair.privateKey);
      const report = Reflect.get(window, 'reportKey') as (made: unknown) => Promise<void>;
      await report({ extractable, secret: [...new Uint8Array(secret)] });
      const privateKey = await subtle.importKey('pkcs8', secret, algorithm, extractable, ['sign']);
      return { publicKey: pair.publicKey, privateKey };
    },
  });
}

/** Notes each mark that turns from pending to final while its page stays. */
function followAnchors(): void {
  const turned: string[] = [];
  Object.assign(window, { turnedFinal: turned });
  new MutationObserver((changes) => {
    for (const { target, oldValue } of changes) {
      const now = (target as Element).getAttribute('data-anchor');
      if (oldValue === 'PENDING' && now === 'FINAL') {
        turned.push(location.pathname);
      }
    }
  }).observe(document, {
    subtree: true,
    attributes: true,
    attributeFilter: ['data-anchor'],
    attributeOldValue: true,
  });
}

/** Marks on the page that turned from pending to final since it was loaded. */
export function turnedFinal(page: Page): Promise<number> {
  return page.evaluate(() => (Reflect.get(window, 'turnedFinal') as string[]).length);
}

/** Everything that the page's origin keeps in the browser, as text; key handles as what can be done with them. */
export function keptBy(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('tallystick');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const rows = await new Promise<unknown[]>((resolve, reject) => {
      const request = database.transaction('keys').objectStore('keys').getAll();
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    database.close();
    const told = (_name: string, value: unknown): unknown =>
      value instanceof CryptoKey
        ? { type: value.type, extractable: value.extractable }
        : value instanceof Uint8Array
          ? [...value]
          : value;
    const databases = (await indexedDB.databases()).map(({ name }) => name);
    const places = { databases, caches: await caches.keys() };
    return JSON.stringify(
      [places, { ...localStorage }, { ...sessionStorage }, document.cookie, rows],
      told,
    );
  });
}

/** A desk, a phone, a tablet and a wide desk. */
const widths = {
  desk: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
  tablet: { width: 768, height: 1024 },
  wide: { width: 1920, height: 1080 },
} as const;

export type Look = {
  readonly theme: 'light' | 'dark';
  readonly language: 'en' | 'zh';
  readonly at: keyof typeof widths;
};
/** As the story goes on. */
export const everyday: Look = { theme: 'light', language: 'en', at: 'desk' };
/** Together they are both themes, both languages and both widths; a screen is looked at in each. */
export const looks: readonly Look[] = [everyday, { theme: 'dark', language: 'zh', at: 'phone' }];
/** Every width in both languages, and on the way by day and night. */
export const everyWidth: readonly Look[] = (['phone', 'tablet', 'desk', 'wide'] as const).flatMap(
  (at, order) => [
    { at, theme: order % 2 === 0 ? 'light' : 'dark', language: 'en' } as const,
    { at, theme: order % 2 === 0 ? 'dark' : 'light', language: 'zh' } as const,
  ],
);
/** The other way round, for a second screen of the same kind. */
export const otherLooks: readonly Look[] = [
  { theme: 'light', language: 'zh', at: 'desk' },
  { theme: 'dark', language: 'en', at: 'phone' },
];

/** Changes width, theme and language of the open page, as a person and her device would. */
export async function dress(page: Page, look: Look): Promise<void> {
  await page.setViewportSize(widths[look.at]);
  await page.emulateMedia({ colorScheme: look.theme, reducedMotion: 'reduce' });
  const isChinese = (await page.locator('html').getAttribute('lang')) === 'zh-CN';
  if (isChinese !== (look.language === 'zh')) {
    await page.getByRole('button', { name: /^(Language|语言): / }).click();
  }
  await page
    .locator(`html[data-mantine-color-scheme=${look.theme}]`)
    .waitFor({ state: 'attached' });
  await settled(page);
  // Colours on their way from one theme to the other are nobody's colours.
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map((each) => each.finished)),
  );
}

/** The screen itself stands there, and no longer the shape of what loads. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector('h1') !== null && document.querySelector('.waiting') === null,
  );
}

/** What axe finds wrong on the page, one line each. */
export async function axeProblems(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const run = (Reflect.get(window, 'axe') as typeof import('axe-core')).run;
    const { violations } = await run(document, {
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes
        .slice(0, 3)
        .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
    );
  });
}

/**
 * What does not fit its width: what can be scrolled sideways, and what stands beyond the page's edge or
 * is cut off where nobody can scroll to it. Nothing, on every width, but the file itself as it was sent,
 * what is only read aloud, and what ends in an ellipsis.
 *
 * For who wants no motion every change of style is a transition of a hundredth of a millisecond, so that
 * a box has its new width only with the next frame: it is measured when all changes are over.
 */
export function sideways(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    document.body.getBoundingClientRect();
    const changes = document.getAnimations().filter((each) => each instanceof CSSTransition);
    // One that the browser put off, as on a page that nobody sees, would be waited for without end.
    const over = Promise.allSettled(changes.map((each) => each.finished));
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, 1_000))]);
    const wide = document.documentElement.clientWidth;
    const told = (each: Element, words: string) =>
      `${each.tagName} ${each.getAttribute('class') ?? ''}: ${words}`;

    return [...document.querySelectorAll('html, body, body *')].flatMap((each) => {
      const { left, right, width } = each.getBoundingClientRect();
      // One pixel is how a page keeps something for who listens to it.
      if (each.closest('svg, .raw') !== null || width <= 1) return [];
      if (!each.checkVisibility({ visibilityProperty: true })) return [];
      const { overflowX, textOverflow, display } = getComputedStyle(each);
      const holds = each === document.documentElement || /auto|scroll|hidden|clip/.test(overflowX);
      const isCut = holds && textOverflow !== 'ellipsis' && display !== 'inline';
      if (isCut && each.scrollWidth > each.clientWidth + 1) {
        return [told(each, `${each.scrollWidth} of ${each.clientWidth}`)];
      }
      return left < -1 || right > wide + 1
        ? [told(each, `from ${Math.round(left)} to ${Math.round(right)} of ${wide}`)]
        : [];
    });
  });
}
