import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ask } from '../support/ask.ts';
import { hasChromium, launchChromium } from '../support/chromium.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const token = 'a-token-of-the-admin-port-that-nobody-guesses';
const query = 'query Top { top }';

describe.skipIf(!hasChromium())(
  'the console of a gateway of two processes, behind a token',
  { timeout: 60_000 },
  () => {
    let folder: TemporaryFolder;
    let products: ServedSubgraph;
    let gateway: GatewayProcess;
    let browser: Browser;
    let page: Page;
    const urls: string[] = [];

    beforeAll(async () => {
      const sdl = 'type Query { top: Int }';
      [folder, products, browser] = await Promise.all([
        createTemporaryFolder(),
        serveSubgraph({ name: 'products', sdl, resolvers: { Query: { top: () => 1 } } }),
        launchChromium(),
      ]);
      await folder.write('products.graphql', sdl);
      await folder.write(
        'overlock.yaml',
        stringify({
          listen: { port: 0, workers: 2 },
          admin: { port: 0, token },
          graph: { subgraphs: { products: { url: products.url, schema: 'products.graphql' } } },
        }),
      );
      gateway = await startGateway([], { cwd: folder.path });
      page = await browser.newPage();
      page.on('request', (request) => urls.push(request.url()));
    }, 60_000);
    afterAll(async () => {
      await browser?.close();
      await gateway?.end();
      await products?.close();
      await folder?.remove();
    });

    const kept = () => page.evaluate(() => ({ ...sessionStorage, ...localStorage }));
    const signIn = async (text: string) => {
      await page.getByLabel('Token').fill(text);
      await page.keyboard.press('Enter');
    };
    const askedForToken = () => page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();

    it('shows nothing without the token, and does not keep a wrong one', async () => {
      await page.goto(`${gateway.adminUrl}/console#/graph`);
      await askedForToken();
      await signIn('guessed');
      await page.getByText('This is not the admin.token of this gateway.').waitFor();
      expect([await kept(), await page.locator('table').count()]).toEqual([{}, 0]);
    });

    it('shows what all processes do', async () => {
      await signIn(token);
      await page.getByRole('heading', { level: 1, name: 'Graph' }).waitFor();
      await expect.poll(() => page.locator('.figures').innerText(), { timeout: 30_000 }).toMatch(/Processes\s+2\s/);
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask(gateway.url, query)));
      expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
      await page.keyboard.press('2');
      await page.getByRole('link', { name: 'Top' }).click();
      await page.getByText(/1 fetch in 1 wave; run \d+ times/).waitFor();
      await expect.poll(() => page.locator('.plot').first().innerText()).toMatch(/all [\d.<]+/);
    });

    it('has all processes do what is told', async () => {
      await page.getByRole('button', { name: 'Block' }).click();
      await page.getByRole('dialog').getByLabel('Why').fill('too many');
      await page.getByRole('dialog').getByRole('button', { name: 'Block' }).click();
      await page.getByText('The operation Top is blocked.').waitFor();
      const codes = async () => {
        const answers = await Promise.all(Array.from({ length: 12 }, () => ask(gateway.url, query)));
        return new Set(answers.map(({ errors: [error] }) => error?.extensions?.['code']));
      };
      await expect.poll(codes).toEqual(new Set(['BLOCKED']));
      await page.keyboard.press('8');
      await page.getByRole('button', { name: 'Lift' }).click();
      await page.getByRole('button', { name: 'Lift it' }).click();
      await page.getByText('Nothing is blocked.').waitFor();
      await expect.poll(codes).toEqual(new Set([undefined]));
    });

    it('asks for the token anew when it counts no more, and forgets it on signing out', async () => {
      await page.evaluate(() => sessionStorage.setItem('overlock.admin.token', 'of yesterday'));
      await askedForToken();
      expect(await kept()).toEqual({});
      await signIn(token);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await askedForToken();
      const asked = urls.length;
      await page.keyboard.press('Escape');
      expect([await kept(), urls.length]).toEqual([{}, asked]);
    });

    it('has told nobody the token', async () => {
      expect(urls.filter((url) => url.includes(token))).toEqual([]);
      expect(urls.some((url) => url.includes('/traffic/events'))).toBe(true);
      expect(gateway.log()).not.toContain(token);
      expect(await page.context().cookies()).toEqual([]);
    });
  },
);
