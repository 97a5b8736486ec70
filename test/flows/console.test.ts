import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { GraphQLError } from 'graphql';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../gateway/cli/program.ts';
import { telemetrySection } from '../../gateway/config/telemetry.ts';
import { createTelemetry } from '../../gateway/telemetry/create-telemetry.ts';
import type { Telemetry } from '../../gateway/telemetry/telemetry.ts';
import { createFakeTerminal } from '../gateway/cli/fake-terminal.ts';
import { createStubOutput } from '../gateway/telemetry/stub-output.ts';
import type { GraphqlAnswer } from '../support/ask.ts';
import { hasChromium, launchChromium } from '../support/chromium.ts';
import { type Federation, startFederation } from '../support/federation.ts';
import { auditPage } from '../support/page-audit.ts';

/** So that it can be seen in the plan. */
const stockTakesMs = 30;
const query = 'query Top { top { name stock } }';
const codesOf = ({ errors }: GraphqlAnswer) => errors.map(({ extensions }) => extensions?.['code']);
const views = [
  ...['Traffic', 'Operations', 'Graph', 'Clients', 'Cache and limits', 'Refusals', 'Alerts'],
  ...['Blocks', 'Credentials', 'Diagnosis'],
];

function refuse(): never {
  throw new GraphQLError('Not for you.', { extensions: { code: 'FORBIDDEN' } });
}

describe.skipIf(!hasChromium())('the console in a browser', { timeout: 60_000 }, () => {
  let telemetry: Telemetry;
  let gateway: Federation<'products' | 'stock'>;
  let browser: Browser;
  let page: Page;
  let asked = 0;
  /** What the page asked of others, or complained of. */
  const complaints: string[] = [];

  beforeAll(async () => {
    telemetry = await createTelemetry(telemetrySection.parse({}), { output: createStubOutput().output });
    gateway = await startFederation({
      telemetry,
      sections: {
        identity: { apiKeys: { store: true } },
        cache: { response: { enabled: true }, rules: [{ fields: 'Query.kept', maxAge: '1h' }] },
        alerts: { every: '1s', rules: [{ name: 'errors', kind: 'errorRate', count: 'errors', above: '1%', least: 1 }] },
      },
      subgraphs: {
        products: {
          sdl: 'type Query { top: Product kept: Int odd: Int } type Product @key(fields: "id") { id: ID! name: String }',
          resolvers: { Query: { top: () => ({ id: '1', name: 'Table' }), kept: () => ++asked, odd: refuse } },
        },
        stock: {
          sdl: 'type Product @key(fields: "id") { id: ID! stock: Int }',
          resolvers: { Product: { __resolveReference: (key: object) => delay(stockTakesMs, { ...key, stock: 3 }) } },
        },
      },
    });
    for (let turn = 0; turn < 5; turn++) await gateway.ask(query);
    await gateway.ask('query Wrong { nothing }');
    expect(codesOf(await gateway.ask('query Odd { odd }'))).toEqual(['FORBIDDEN']);
    browser = await launchChromium();
    page = await browser.newPage();
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== gateway.adminUrl) complaints.push(`asked ${request.url()}`);
    });
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
    await telemetry?.shutdown();
  });

  const open = () => page.goto(`${gateway.adminUrl}/console`);
  const turnTo = async (view: string) => {
    await page.getByRole('navigation').getByRole('link', { name: view }).click();
    await page.getByRole('heading', { level: 1, name: view }).waitFor();
  };
  /** Opens one of the views. */
  const show = async (view: string) => {
    await open();
    await turnTo(view);
  };
  /** Looks at a view as somebody sees it: once what has come is drawn. */
  const auditDrawn = async () => {
    await page.evaluate(() => {
      return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    });
    return await auditPage(page);
  };
  /** Waits for what the page says of what was done. */
  const told = (text: string | RegExp) => page.locator('.told', { hasText: text }).waitFor();
  const inDialog = (name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true }).click();

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 320],
  ] as const)('can be read by everybody: %s, %d pixels wide', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    const found: string[] = [];
    await open();
    for (const view of views) {
      await turnTo(view);
      found.push(...(await auditDrawn()).map((problem) => `${view}: ${problem}`));
    }
    for (const [view, one] of [
      ['Operations', 'Top'],
      ['Graph', 'products'],
    ] as const) {
      await turnTo(view);
      await page.getByRole('main').getByRole('link', { name: one }).first().click();
      await page.getByRole('heading', { level: 1, name: one }).waitFor();
      found.push(...(await auditDrawn()).map((problem) => `${one}: ${problem}`));
    }
    expect([...found, ...complaints]).toEqual([]);
  });

  it('shows the plan of an operation with its waves, and what a fetch asks for', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await show('Operations');
    await page.getByRole('link', { name: 'Top' }).click();
    await page.getByText(/2 fetches in 2 waves; run 5 times/).waitFor();
    const stock = page.getByRole('button', { name: /^Fetch \d+ from stock: Product; p50 [\d.]+ ms/ });
    const [, p50Ms] = /p50 ([\d.]+) ms/.exec((await stock.getAttribute('aria-label')) ?? '') ?? [];
    expect(Number(p50Ms)).toBeGreaterThan(stockTakesMs - 1);
    await stock.press('Enter');
    await page.getByText(/longest [\d.]+ ms of the last runs; 0 of 5 had errors/).waitFor();
    expect(await page.locator('main').innerText()).toMatch(/products[\s\S]*stock[\s\S]*_entities/);
    expect(complaints).toEqual([]);
  });

  it('tells why requests were refused, and takes no error of a subgraph for a refusal', async () => {
    await show('Refusals');
    await page.getByText('The document does not fit the schema.').first().waitFor();
    await page.getByText('1 of the last 1 refusals').waitFor();
  });

  it('tells what fires and since when, in every view', async () => {
    await gateway.ask('query Wrong { nothing }');
    await show('Alerts');
    await page.getByRole('row', { name: /^errors firing warning \d\d:\d\d:\d\d/ }).waitFor();
    await page.getByText('Set anomalies.enabled.').waitFor();
    await page.getByRole('link', { name: 'Alerts 1' }).waitFor();
  });

  it('blocks a field and lets it go again', async () => {
    await show('Blocks');
    await page.getByRole('combobox', { name: 'Block' }).selectOption('field');
    await page.getByLabel('Name').fill('Product.stock');
    await page.getByLabel('Why').fill('too dear');
    await page.getByRole('button', { name: 'Block' }).click();
    await page.getByRole('rowheader', { name: /Product\.stock/ }).waitFor();
    expect(codesOf(await gateway.ask(query))).toEqual(['BLOCKED']);
    await page.getByRole('button', { name: /Lift/ }).click();
    await inDialog('Lift it');
    await page.getByText('Nothing is blocked.').waitFor();
    expect(codesOf(await gateway.ask(query))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('makes an API key that counts, shows it once, gives it another secret, and takes it back', async () => {
    const { adminUrl } = gateway;
    const count = async (key: string) => {
      const { errors } = await gateway.ask(query, {}, { headers: { 'x-api-key': key } });
      return errors.length === 0;
    };
    await show('Credentials');
    await page.getByLabel('Client').fill('shop');
    await page.getByLabel(/^Scopes/).fill('read write');
    await page.getByRole('button', { name: 'Make it' }).click();
    const key = await page.locator('.secret').innerText();
    await inDialog('Close');
    await expect.poll(() => count(key)).toBe(true);
    await page.getByRole('button', { name: 'Rotate' }).click();
    await inDialog('Give it another');
    const next = await page.locator('.secret').innerText();
    await inDialog('Close');
    await expect.poll(() => count(next)).toBe(true);
    expect([next === key, await count(key), await (await fetch(`${adminUrl}/control/api-keys`)).text()]).toEqual([
      false,
      true,
      expect.not.stringContaining('sha256'),
    ]);
    await page.getByRole('button', { name: 'Take back' }).click();
    await inDialog('Take it back');
    await page.getByText('There are no keys in the store.').waitFor();
    await expect.poll(() => count(next)).toBe(false);
    expect(complaints).toEqual([]);
  });

  it('revokes what the command line can let count again', async () => {
    await show('Credentials');
    await page.getByLabel('Name').fill('ada');
    await page.getByLabel('Only of this issuer').fill('https://login.example.com/');
    await page.getByRole('button', { name: 'Revoke' }).click();
    await told(/^Revoked: all that was issued to ada/);
    const { terminal, written } = createFakeTerminal({ env: { OVERLOCK_ADMIN: gateway.adminUrl } });
    const undo = ['revoke', '--undo', '--subject', 'ada', '--issuer', 'https://login.example.com/'];
    expect([await runCommandLine(undo, terminal), written.stderr]).toEqual([
      0,
      expect.stringMatching(/^Not revoked any more/),
    ]);
  });

  it('forgets stored answers', async () => {
    const ask = async () => (await gateway.ask('{ kept }')).data;
    expect([await ask(), await ask()]).toEqual([{ kept: 1 }, { kept: 1 }]);
    await show('Cache and limits');
    await page.getByRole('combobox', { name: 'What' }).selectOption('subgraphs');
    await page.getByLabel('Name').fill('products');
    await page.getByRole('button', { name: 'Forget it' }).click();
    await inDialog('Forget it');
    await told('What was stored of products is forgotten.');
    expect(await ask()).toEqual({ kept: 2 });
  });

  it('sets a level of the log for an operation, and resets it', async () => {
    await show('Operations');
    await page.getByRole('link', { name: 'Top' }).click();
    await page.getByRole('heading', { level: 1, name: 'Top' }).waitFor();
    await page.getByRole('button', { name: 'Log all for 10 min' }).click();
    await told('The log tells all of the operation Top');
    await show('Diagnosis');
    await page.getByRole('button', { name: 'Reset' }).click();
    await inDialog('Reset it');
    await page.getByText('The log is as detailed as it is configured.', { exact: true }).waitFor();
  });

  it('saves a profile', async () => {
    await show('Diagnosis');
    await page.getByLabel('Seconds').fill('1');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Take it' }).click();
    const saved = await download;
    const text = await readFile(await saved.path(), 'utf8');
    expect([saved.suggestedFilename(), Object.keys(JSON.parse(text))]).toEqual([
      'overlock.cpuprofile',
      expect.arrayContaining(['nodes', 'samples']),
    ]);
  });

  it('is used by keys alone', async () => {
    await page.goto(`${gateway.adminUrl}/console`);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('3');
    await page.getByRole('heading', { level: 1, name: 'Graph' }).waitFor();
    await page.keyboard.press('w');
    await expect.poll(() => page.getByRole('radio', { name: 'last 15 minutes' }).isChecked()).toBe(true);
    await page.keyboard.press('/');
    await page.getByRole('heading', { level: 1, name: 'Operations' }).waitFor();
    await page.keyboard.type('top');
    await page.getByText(/^1 of /).waitFor();
    for (let turn = 0; turn < 12 && !(await isFocused('Top')); turn += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Top' }).waitFor();
    const seen = await page.evaluate(() => document.activeElement?.id);
    expect(seen).toBe('content');
  });

  /** Whether keys have come to a link, and it can be seen that they have. */
  const isFocused = (name: string) =>
    page.evaluate((text) => {
      const { activeElement } = document;
      if (activeElement === null || activeElement.textContent !== text) return false;
      return getComputedStyle(activeElement).outlineStyle !== 'none';
    }, name);
});

describe.skipIf(!hasChromium())('the console of a gateway that counts nothing', { timeout: 60_000 }, () => {
  it('says what to set to see more', async () => {
    const config = telemetrySection.parse({ metrics: { prometheus: false } });
    const telemetry = await createTelemetry(config, { output: createStubOutput().output });
    const sdl = 'type Query { top: Int }';
    const gateway = await startFederation({ telemetry, subgraphs: { products: { sdl, resolvers: {} } } });
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      for (const view of ['graph', 'cache', 'graph/products']) {
        await page.goto(`${gateway.adminUrl}/console#/${view}`);
        await page.getByText(/^Metrics are off.* Set telemetry\.metrics\.prometheus to true/).waitFor();
      }
    } finally {
      await browser.close();
      await gateway.stop();
      await telemetry.shutdown();
    }
  });
});
