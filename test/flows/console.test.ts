import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { telemetrySection } from '../../gateway/config/telemetry.ts';
import { createTelemetry } from '../../gateway/telemetry/create-telemetry.ts';
import type { Telemetry } from '../../gateway/telemetry/telemetry.ts';
import { createStubOutput } from '../gateway/telemetry/stub-output.ts';
import type { GraphqlAnswer } from '../support/ask.ts';
import { hasChromium, launchChromium } from '../support/chromium.ts';
import { type Federation, startFederation } from '../support/federation.ts';
import { auditPage } from '../support/page-audit.ts';

const query = 'query Top { top { name stock } }';
const codesOf = ({ errors }: GraphqlAnswer) => errors.map(({ extensions }) => extensions?.['code']);
const views = ['Traffic', 'Operations', 'Graph', 'Cache and limits', 'Clients', 'Refusals', 'Blocks'];

describe.skipIf(!hasChromium())('the console in a browser', { timeout: 60_000 }, () => {
  let telemetry: Telemetry;
  let gateway: Federation<'products' | 'stock'>;
  let browser: Browser;
  let page: Page;
  /** What the page asked of others, or complained of. */
  const complaints: string[] = [];

  beforeAll(async () => {
    telemetry = await createTelemetry(telemetrySection.parse({}), { output: createStubOutput().output });
    gateway = await startFederation({
      telemetry,
      subgraphs: {
        products: {
          sdl: 'type Query { top: Product } type Product @key(fields: "id") { id: ID! name: String }',
          resolvers: { Query: { top: () => ({ id: '1', name: 'Table' }) } },
        },
        stock: {
          sdl: 'type Product @key(fields: "id") { id: ID! stock: Int }',
          resolvers: { Product: { __resolveReference: (key: object) => ({ ...key, stock: 3 }) } },
        },
      },
    });
    for (let turn = 0; turn < 5; turn++) await gateway.ask(query);
    await gateway.ask('query Wrong { nothing }');
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

  /** Opens one of the views. */
  const show = async (view: string) => {
    await page.goto(`${gateway.adminUrl}/console`);
    await page.getByRole('link', { name: view, exact: true }).first().click();
    await page.getByRole('heading', { level: 1, name: view }).waitFor();
  };

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 320],
  ] as const)('can be read by everybody: %s, %d pixels wide', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    const found: string[] = [];
    for (const view of views) {
      await show(view);
      found.push(...(await auditPage(page)).map((problem) => `${view}: ${problem}`));
    }
    expect([...found, ...complaints]).toEqual([]);
  });

  it('shows the plan of an operation with its waves', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await show('Operations');
    await page.getByRole('link', { name: 'Top' }).click();
    await page.getByText(/2 fetches in 2 waves; run 5 times/).waitFor();
    expect(await page.locator('main').innerText()).toMatch(/products[\s\S]*stock/);
    expect(complaints).toEqual([]);
  });

  it('tells why requests were refused', async () => {
    await show('Refusals');
    await page.getByText('The document does not fit the schema.').first().waitFor();
  });

  it('blocks a field and lets it go again', async () => {
    await show('Blocks');
    await page.getByRole('combobox').first().selectOption('field');
    await page.getByLabel('Name').fill('Product.stock');
    await page.getByLabel('Why').fill('too dear');
    await page.getByRole('button', { name: 'Block' }).click();
    await page.getByRole('rowheader', { name: /Product\.stock/ }).waitFor();
    expect(codesOf(await gateway.ask(query))).toEqual(['BLOCKED']);
    await page.getByRole('button', { name: /Lift/ }).click();
    await page.getByRole('button', { name: 'Do it' }).click();
    await page.getByText('Nothing is blocked.').waitFor();
    expect(codesOf(await gateway.ask(query))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
