/**
 * The browser of the editor's tests: the machine's own Chromium (playwright-core brings none), silent on the network. A
 * file's tests share one, and a profile for each language, so that the editor's scripts are fetched and compiled once;
 * what a page keeps is cleared when it is closed.
 */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after } from 'node:test';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';
import { ROOT } from './installed';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Path of a Chromium: ENEDIS_TEST_CHROMIUM, else the first one on the PATH. */
function findChromium(): string | undefined {
  const named = process.env.ENEDIS_TEST_CHROMIUM;
  const candidates = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...(named ? [named] : []), ...candidates].find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * For `describe(name, needsChromium(), …)`: the browser is closed when the file's tests are over. Without a Chromium these tests are skipped, visibly, on a contributor's
 * machine; in continuous integration they run and fail, lest nobody notices that they never do.
 */
export function needsChromium(): { skip: string | false } {
  after(closeChromium);
  return {
    skip: findChromium() === undefined && !process.env.CI ? 'no Chromium found (CI fails here)' : false,
  };
}

export interface OpenBrowser {
  page: Page;
  context: BrowserContext;
  /** What the page wrote as an error, and exceptions nobody caught. */
  complaints: string[];
  close(): Promise<void>;
}

const DESK = { viewport: { width: 1400, height: 860 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

let launched: Promise<Browser> | undefined;
const profiles = new Map<string, Promise<BrowserContext>>();

async function launch(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error('No Chromium: install Debian’s chromium, or set ENEDIS_TEST_CHROMIUM.');
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}

/** Ends the browser, for whoever has no tests that end. */
export async function closeChromium(): Promise<void> {
  const browser = await launched;
  launched = undefined;
  profiles.clear();
  await browser?.close();
}

async function newProfile(locale: string, phone: boolean, at: string | undefined): Promise<BrowserContext> {
  launched ??= launch();
  const context = await (
    await launched
  ).newContext({ locale, timezoneId: 'Europe/Paris', ...(phone ? PHONE : DESK) });
  context.setDefaultTimeout(20_000);
  // Holds for all pages of a profile: the editor, whose animations would never end, has another.
  if (at !== undefined) await context.clock.setFixedTime(at);
  return context;
}

/** A new page as a user with this language has it; `at` stops its clock at that moment. */
export async function openBrowser({
  locale = 'en-US',
  phone = false,
  at,
}: { locale?: string; phone?: boolean; at?: string } = {}): Promise<OpenBrowser> {
  const name = `${locale} ${phone} ${at}`;
  const profile = profiles.get(name) ?? newProfile(locale, phone, at);
  profiles.set(name, profile);
  const context = await profile;
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (entry) => {
    if (entry.type() === 'error') complaints.push(entry.text());
  });
  const close = async (): Promise<void> => {
    await context.unrouteAll();
    await context.clearCookies();
    for (const open of context.pages()) {
      // Pages that show nothing of a server's have no storage.
      await open.evaluate('localStorage.clear(), sessionStorage.clear()').catch(() => undefined);
      await open.close();
    }
  };
  return { page, context, complaints, close };
}

/** Keeps what the page shows as `.tmp/screenshots/<name>.png`; returns the path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  const folder = join(ROOT, '.tmp', 'screenshots');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  return path;
}
