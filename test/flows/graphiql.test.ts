import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchChromium } from '../support/chromium.ts';
import { type Shop, startShop } from '../support/shop.ts';

describe.skipIf(!hasChromium())('GraphiQL in a browser', () => {
  let shop: Shop;
  let browser: Browser;
  beforeAll(async () => {
    [shop, browser] = await Promise.all([startShop(), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await shop.stop();
  });

  it('runs an example of the configuration, with a headers editor, and asks nobody but the gateway', async () => {
    const page = await browser.newPage();
    const origins = new Set<string>();
    const errors: string[] = [];
    page.on('request', (request) => origins.add(new URL(request.url()).origin));
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(shop.url);
    await page.getByRole('tab', { name: 'ProductPage' }).waitFor();
    await page.getByRole('button', { name: 'Headers' }).waitFor();
    const answered = page.waitForResponse(
      (response) => response.request().postData()?.includes('ProductPage') === true,
    );
    await page.locator('.graphiql-execute-button').click();
    expect(await (await answered).json()).toMatchObject({
      data: { product: { name: 'Amber Armchair', inStock: true } },
    });
    await page.locator('.result-window').getByText('Amber Armchair').waitFor();
    expect([...origins]).toEqual([new URL(shop.url).origin]);
    expect(errors).toEqual([]);
  });
});
