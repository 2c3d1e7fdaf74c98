/**
 * The browser of the editor's tests: the machine's own Chromium (playwright-core brings none), silent on the network and
 * with a new profile each time.
 */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
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
 * For `describe(name, needsChromium(), …)`: without a Chromium these tests are skipped, visibly, on a contributor's
 * machine; in continuous integration they run and fail, lest nobody notices that they never do.
 */
export function needsChromium(): { skip: string | false } {
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

/** A new browser with an empty profile, as a user with this language has it. */
export async function openBrowser({ locale = 'en-US' } = {}): Promise<OpenBrowser> {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error('No Chromium: install Debian’s chromium, or set ENEDIS_TEST_CHROMIUM.');
  const browser: Browser = await chromium.launch({ executablePath, headless: true, args: FLAGS });
  const context = await browser.newContext({
    locale,
    timezoneId: 'Europe/Paris',
    viewport: { width: 1400, height: 860 },
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (entry) => {
    if (entry.type() === 'error') complaints.push(entry.text());
  });
  return { page, context, complaints, close: () => browser.close() };
}

/** Keeps what the page shows as `.tmp/screenshots/<name>.png`; returns the path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  const folder = join(ROOT, '.tmp', 'screenshots');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  return path;
}
