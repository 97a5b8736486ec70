import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/**
 * Whether page tests can run. Without a browser they are skipped, aloud; where `OVERLOCK_REQUIRE_ALL` is set, as in CI, a
 * missing browser fails.
 */
export function hasChromium(): boolean {
  if (existsSync(executablePath)) return true;
  const message = `There is no Chromium at ${executablePath}: page tests are skipped. Set CHROMIUM to its path.`;
  if (process.env['OVERLOCK_REQUIRE_ALL']) throw new Error(message);
  console.warn(message);
  return false;
}

/** A headless browser that asks nobody but the page. */
export function launchChromium(): Promise<Browser> {
  const args = ['no-sandbox', 'disable-gpu', 'disable-quic', 'no-first-run', 'disable-background-networking'];
  return chromium.launch({
    executablePath,
    args: [...args, 'disable-component-update', 'disable-sync'].map((flag) => `--${flag}`),
  });
}
