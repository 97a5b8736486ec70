import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchChromium } from '../support/chromium.ts';
import { type Shop, startShop } from '../support/shop.ts';

describe.skipIf(!hasChromium())('GraphiQL in a browser', { timeout: 30_000 }, () => {
  let shop: Shop;
  let browser: Browser;
  let page: Page;
  /** What pages asked of others, or complained of. */
  const complaints: string[] = [];
  beforeAll(async () => {
    [shop, browser] = await Promise.all([startShop(), launchChromium()]);
    await open();
  }, 60_000);
  afterEach(() => expect(complaints.splice(0)).toEqual([]));
  afterAll(async () => {
    await browser?.close();
    await shop?.stop();
  });

  async function open(url = shop.url, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    await page?.close();
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    page = await context.newPage();
    page.on('request', (request) => {
      const asked = new URL(request.url());
      if (asked.protocol !== 'blob:' && asked.origin !== new URL(url).origin) complaints.push(`asked ${asked}`);
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    await page.goto(url);
    await page.getByRole('tab', { name: 'ProductPage' }).waitFor();
    return page;
  }

  /** Writes into the first editor of a part of GraphiQL in place of what is there. */
  async function write(part: string, text: string): Promise<void> {
    await page.locator(`${part} .view-lines`).last().click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(text);
  }
  const panel = () => page.getByRole('region', { name: 'How the operation is answered' });
  const run = () => page.locator('.graphiql-execute-button').click();

  it('runs an example of the configuration, with a headers editor, and shows what any client is answered', async () => {
    await page.getByRole('button', { name: 'Headers' }).waitFor();
    const answered = page.waitForResponse(
      (response) => response.url() === shop.url && response.request().postData()?.includes('ProductPage') === true,
    );
    await run();
    expect(await (await answered).json()).toMatchObject({
      data: { product: { name: 'Amber Armchair', inStock: true } },
      extensions: { explained: { plan: { fetches: 4 } } },
    });
    const result = page.locator('.result-window');
    await result.getByText('Amber Armchair').waitFor();
    expect(await result.innerText()).not.toContain('extensions');
  });

  it('shows the plan of what is being written, and how long each fetch took when it is run', async () => {
    await write('.graphiql-query-editor', 'query Rated { product(upc: "1") { name rating } }');
    await panel().getByText('It takes 2 fetches in 2 waves.').waitFor();
    await panel().getByRole('button', { name: 'Fetch 2 from reviews: Product', exact: true }).press('Enter');
    await panel().getByRole('heading', { name: 'Fetch 2 from reviews' }).waitFor();
    expect(await panel().getByRole('region', { name: 'What fetch 2 asks for' }).innerText()).toContain('_entities');
    await run();
    await panel()
      .getByText(/^Answered in [\d.]+ ms by 2 fetches in 2 waves, which brought/)
      .waitFor();
    await panel()
      .getByRole('button', { name: /^Fetch 2 from reviews: Product; [\d.]+ ms · \d+ B · 1 entity$/ })
      .waitFor();
    await write('.graphiql-query-editor', 'query Rated { product(upc: "1") { nmae } }');
    await panel().getByText('Line 1: Cannot query field "nmae" on type "Product".').waitFor();
    await panel().getByText('not right yet').waitFor();
  });

  it('shows what it costs, and what it did cost', async () => {
    await write('.graphiql-query-editor', 'query Dear { product(upc: "1") { reviews(first: 2) { author { name } } } }');
    await panel().getByRole('tab', { name: /^Cost/ }).click();
    await panel()
      .getByRole('row', { name: /^4 reviews 2 × 2 Product\.reviews$/ })
      .waitFor();
    await panel().getByText('run it').waitFor();
    await run();
    await panel().getByText('run it').waitFor({ state: 'detached' });
    expect(await panel().locator('dl').innerText()).toMatch(/Estimated\s+5\s[\s\S]*Actual\s+5/);
  });

  it('shows who asks, by the headers that are being written', async () => {
    await panel()
      .getByRole('tab', { name: /^Authorization/ })
      .click();
    await panel().getByText('Nobody in particular.').waitFor();
    await panel().getByText('Nothing of it is guarded').waitFor();
    await page.getByRole('button', { name: 'Headers' }).click();
    await write('.graphiql-editor-tool:visible', 'authorization');
    await panel().getByText('Headers are not JSON yet.').waitFor();
    await write('.graphiql-editor-tool:visible', ' ');
    await panel().getByText('Nobody in particular.').waitFor();
  });

  it('shows how an event of a subscription was made', async () => {
    await panel().getByRole('tab', { name: /^Plan/ }).click();
    await write('.graphiql-query-editor', 'subscription Reviews { reviewAdded { stars product { name } } }');
    await panel().getByText('Each event takes 2 fetches in 2 waves.').waitFor();
    await run();
    const add = 'mutation { addReview(review: { upc: "1", stars: 5, body: "Fine." }) { stars } }';
    const timer = setInterval(() => void shop.ask(add), 300);
    try {
      await panel()
        .getByText(/^Answered in [\d.]+ ms by/)
        .waitFor();
    } finally {
      clearInterval(timer);
    }
    await page.locator('.result-window').getByText('reviewAdded').waitFor();
    await run();
  });

  it('fits into a small window, closed until it is wanted', async () => {
    await open(shop.url, { viewport: { width: 700, height: 560 }, colorScheme: 'dark' });
    expect(await panel().getByRole('tabpanel').isVisible()).toBe(false);
    await panel().getByRole('button', { name: 'Show how it is answered' }).click();
    await panel().getByText('It takes 4 fetches in 2 waves.').waitFor();
    const height = async () => (await panel().boundingBox())?.height ?? 0;
    const before = await height();
    await panel().getByRole('separator').press('ArrowUp');
    expect(await height()).toBeGreaterThan(before);
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(excess).toBeLessThanOrEqual(0);
  });

  it('says which option to set where plans are not shown, and works all the same', async () => {
    const silent = await startShop({ queryPlan: false });
    try {
      await open(silent.url);
      await panel().getByText('Set "queryPlan: true"').waitFor();
      await run();
      await page.locator('.result-window').getByText('Amber Armchair').waitFor();
    } finally {
      await silent.stop();
    }
    // The browser tells of every refusal.
    expect(complaints.splice(0).every((one) => one.includes('403'))).toBe(true);
  });
});
