import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchChromium } from '../support/chromium.ts';
import { auditPage } from '../support/page-audit.ts';
import { adminToken, type RegistryProcess, startRegistry } from '../support/registry-process.ts';
import { type Story, tellStory } from '../support/registry-story.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const production = '/graphs/shop/production';

describe.skipIf(!hasChromium())("the registry's pages in a browser", { timeout: 60_000 }, () => {
  let folder: TemporaryFolder;
  let registry: RegistryProcess;
  let story: Story;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  /** What a page asked of others, or complained of. */
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await createTemporaryFolder();
    [registry, browser] = await Promise.all([startRegistry(folder.path), launchChromium()]);
    story = await tellStory({ ask: registry.ask, now: Date.now });
    context = await browser.newContext();
    context.on('request', (request) => {
      if (new URL(request.url()).origin !== registry.url) complaints.push(`asked ${request.url()}`);
    });
    context.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    context.on('weberror', (error) => complaints.push(error.error().message));
    page = await context.newPage();
    await page.goto(registry.url);
    await page.getByLabel('Token').fill(adminToken);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Graphs' }).waitFor();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await registry?.[Symbol.asyncDispose]();
    await folder?.remove();
  });

  const show = async (path: string) => {
    await page.goto(registry.url + path);
    return page;
  };

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 320],
  ] as const)('can be read by everybody: %s, %d pixels wide', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    const checks = Object.values(story.checks).map((id) => `/checks/${id}`);
    const below = [
      '',
      '/subgraphs/reviews',
      '/schema',
      '/schema?q=product',
      '/schema/Product',
      '/schema/Product/rating',
    ];
    const rest = [
      '/schema/User/fullName',
      '/deprecations',
      '/picture',
      '/history',
      '/history/8',
      '/diff?from=6&to=9',
      '/checks',
    ];
    for (const path of [
      '/',
      ...[...below, ...rest, ...checks].map((one) => production + one),
      '/graphs/shop/staging/schema',
    ]) {
      await show(path);
      expect([path, await auditPage(page)]).toEqual([path, []]);
    }
    expect(complaints).toEqual([]);
  });

  it('is held against rules that a careless page breaks', async () => {
    const careless = await browser.newPage();
    await careless.setContent(`<h2>Late</h2><input><a href="#"></a><nav></nav><p style="color: #999">Pale</p>
      <table><caption></caption><tr><th>No scope</th></tr></table><div style="width: 3000px">Wide</div>`);
    const problems = (await auditPage(careless)).join('\n');
    for (const rule of [
      'No label',
      'No name: <a',
      'No name: <nav',
      'not one h1',
      'not one main',
      'No caption',
      'without scope',
      'Contrast of 2.85',
      'wider',
    ]) {
      expect(problems).toContain(rule);
    }
    await careless.close();
  });

  it('leads by its links to what they name', async () => {
    const seen = new Set<string>();
    const waiting = ['/', production];
    for (let path = waiting.shift(); path !== undefined && seen.size < 80; path = waiting.shift()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const answer = await context.request.get(registry.url + path);
      expect([path, answer.status()]).toEqual([path, 200]);
      // What a diff or a report names may be gone by now.
      if (/history\/|diff|checks\//.test(path)) continue;
      const links = (await answer.text()).matchAll(/href="(\/graphs\/shop\/production[^"]*)"/g);
      waiting.push(...Array.from(links, ([, link = '']) => link.replaceAll('&amp;', '&')));
    }
    expect(seen.size).toBeGreaterThan(40);
  });

  it('searches while somebody types, and says aloud how much it found', async () => {
    await show(`${production}/schema`);
    await page.getByLabel('Search types').pressSequentially('stars ten');
    await page.locator('#results a', { hasText: 'Product.starsPerTenEuros' }).waitFor();
    expect(await page.getByRole('status').textContent()).toBe('1 match found');
    expect(new URL(page.url()).searchParams.get('q')).toBe('stars ten');
    await page.getByLabel('Search types').fill('');
    await page.getByLabel('Kind').selectOption('enum');
    await page.locator('#results caption', { hasText: '1 type' }).waitFor();
    await page.reload();
    expect(await page.locator('#results tbody tr').count()).toBe(1);
    await context.clearCookies();
    await page.getByLabel('Search types').fill('x');
    await page.getByLabel('Token').fill(adminToken);
    await page.keyboard.press('Enter');
    await page.getByLabel('Search types').waitFor();
    expect(await page.getByLabel('Search types').inputValue()).toBe('x');
    expect(complaints).toEqual([]);
  });

  it('can be used without a mouse', async () => {
    await show(`${production}/picture`);
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to the content');
    expect(await page.locator(':focus').boundingBox()).toMatchObject({ x: expect.closeTo(7.5, 0) });
    await page.keyboard.press('Enter');
    const reached: (string | null)[] = [];
    for (let stop = 0; stop < 30; stop++) {
      await page.keyboard.press('Tab');
      const focus = page.locator(':focus');
      if ((await focus.count()) === 0) break;
      reached.push(await focus.evaluate((one) => one.getAttribute('aria-label') ?? one.textContent));
      const { style, width } = await focus.evaluate((one) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(one);
        return { style: outlineStyle, width: Number.parseFloat(outlineWidth) };
      });
      expect([reached.at(-1), style, width >= 2]).toEqual([reached.at(-1), 'solid', true]);
    }
    expect(reached).toEqual(expect.arrayContaining(['Larger', 'Picture of the graph', 'reviews: 6 types, 2 shared']));
    const picture = page.getByRole('region', { name: 'Picture of the graph' });
    const widthOf = async () => (await picture.locator('svg').boundingBox())?.width ?? 0;
    const former = await widthOf();
    await picture.focus();
    await page.keyboard.press('+');
    expect(await widthOf()).toBeCloseTo(former * 1.25, 0);
    await page.getByRole('button', { name: 'Smaller' }).click();
    expect(await widthOf()).toBeCloseTo(former, 0);
  });

  it('can be read and searched without its script', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false, storageState: await context.storageState() });
    const tab = await plain.newPage();
    await tab.goto(`${registry.url}${production}/schema`);
    await tab.getByLabel('Search types').fill('warehouse');
    await tab.getByRole('button', { name: 'Search' }).click();
    await tab.getByRole('link', { name: 'Product.warehouse' }).click();
    await tab.getByRole('heading', { name: 'Product.warehouse' }).waitFor();
    await plain.close();
  });

  it('opens a link from another site for who is signed in, and lets nobody frame it', async () => {
    const elsewhere = await serveElsewhere(`${registry.url}${production}/checks/${story.checks.failed}`);
    const tab = await browser.newPage({ storageState: await context.storageState() });
    const refused: string[] = [];
    tab.on('console', (message) => refused.push(message.text()));
    await tab.goto(elsewhere.url);
    await expect.poll(() => refused.join()).toMatch(/frame-ancestors/);
    await tab.getByRole('link', { name: 'The report' }).click();
    await tab.getByRole('heading', { name: 'reviews failed' }).waitFor();
    // Somebody who is not signed in stays at the form.
    const stranger = await browser.newPage();
    await stranger.goto(elsewhere.url);
    await stranger.getByRole('link', { name: 'The report' }).click();
    await stranger.getByLabel('Token').fill('ovl_wrong');
    await stranger.getByRole('button', { name: 'Sign in' }).click();
    expect(await stranger.getByRole('alert').textContent()).toMatch(/^This token is not accepted/);
    await stranger.getByLabel('Token').fill(story.tokens.reader);
    await stranger.keyboard.press('Enter');
    await stranger.getByRole('heading', { name: 'reviews failed' }).waitFor();
    await stranger.getByRole('button', { name: 'Sign out' }).click();
    await stranger.goto(`${registry.url}${production}`);
    expect(new URL(stranger.url()).pathname).toBe('/sign-in');
    await tab.close();
    elsewhere.server.close();
    expect(registry.log()).not.toContain(story.tokens.reader);
  });
});

/** A page of another site that links to one, and tries to frame it. */
async function serveElsewhere(target: string): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<a href="${target}">The report</a><iframe src="${target}"></iframe>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // To browsers another site than 127.0.0.1.
  return { server, url: `http://localhost:${(server.address() as AddressInfo).port}` };
}
