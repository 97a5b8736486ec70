import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LiveCounts, LiveTraffic } from '../../console/live.ts';
import { adminSection } from '../../gateway/config/listen.ts';
import { createConsoleHandler } from '../../gateway/http/console.ts';
import { createTrafficEventsHandler } from '../../gateway/http/traffic-events.ts';
import { hasChromium, launchChromium } from '../support/chromium.ts';

const operations = 1_000;
/** A frame of sixty in a second, of the time of a processor that nobody else takes. */
const frameMs = 1_000 / 60;

function countsOf(place: number, turn: number): LiveCounts {
  const requests = 1 + ((place * 7_919 + turn * 104_729) % 5_000);
  const [p50Ms, p95Ms, p99Ms] = [1, 4, 9].map((factor) => factor * (1 + ((place + turn) % 97)));
  return { requests, errors: place % 9, failures: 0, codes: {}, cost: requests * 3, bytes: 0, p50Ms, p95Ms, p99Ms };
}

/** Another one each time, in all of its numbers. */
function trafficOf(turn: number): LiveTraffic {
  const total = { ...countsOf(1, turn), codes: { RATE_LIMITED: turn } };
  return {
    atMs: 1_800_000_000_000 + turn * 1_000,
    windowMs: 300_000,
    total,
    operations: Array.from({ length: operations }, (_, place) => {
      return { hash: place.toString(16).padStart(64, '0'), name: `Operation${place}`, ...countsOf(place, turn) };
    }),
    clients: Array.from({ length: 100 }, (_, place) => ({ name: `client${place}`, ...countsOf(place, turn) })),
    subgraphs: Array.from({ length: 30 }, (_, place) => ({ name: `subgraph${place}`, ...countsOf(place, turn) })),
    timeline: Array.from({ length: 360 }, (_, slot) => {
      const point = { atMs: 1_800_000_000_000 + slot * 10_000, requests: slot + turn, errors: slot % 7, failures: 0 };
      return { ...point, p50Ms: 3 + (slot % 5), p99Ms: 40 + ((slot + turn) % 30) };
    }),
  };
}

describe.skipIf(!hasChromium())('the console with a thousand operations', { timeout: 60_000 }, () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  let cdp: CDPSession;

  beforeAll(async () => {
    let turn = 0;
    const read = async () => trafficOf(++turn);
    const answerEvents = createTrafficEventsHandler({ access: adminSection.parse({}), read, everyMs: 100 });
    const answerConsole = createConsoleHandler();
    server = createServer((request, response) => {
      const path = request.url?.split('?', 1)[0] ?? '';
      if (path === '/traffic/events') return void answerEvents(request, response);
      if (path.startsWith('/console')) return void answerConsole(request, response, path);
      response.writeHead(503).end('{"detail":"There is no state here."}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
    server?.closeAllConnections();
  });

  /** What the main thread has spent on scripts, styles and layout, in milliseconds of the processor, whoever else wants it. */
  const busyMs = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    const counted = ['ScriptDuration', 'RecalcStyleDuration', 'LayoutDuration'];
    return metrics.reduce((sum, { name, value }) => (counted.includes(name) ? sum + 1_000 * value : sum), 0);
  };
  /** Waits until the view was brought up to date so often. */
  const updates = (count: number) =>
    page.evaluate((most) => {
      return new Promise<void>((resolve) => {
        let seen = 0;
        const observer = new PerformanceObserver((list) => {
          seen += list.getEntriesByName('overlock.update').length;
          if (seen < most) return;
          observer.disconnect();
          resolve();
        });
        observer.observe({ type: 'measure' });
      });
    }, count);
  const show = async (view: string) => {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/console#/${view}`);
    await page.reload();
    // What is done only once is not counted.
    await updates(5);
  };

  it.each(['', 'operations', 'clients'])('brings the view "%s" up to date within a frame', async (view) => {
    await show(view);
    const beforeMs = await busyMs();
    await updates(20);
    const spentMs = (await busyMs()) - beforeMs;
    expect(spentMs).toBeGreaterThan(0);
    expect(spentMs).toBeLessThan(20 * frameMs);
  });

  it('keeps only what can be seen in the page, and scrolls within a frame', async () => {
    await show('operations');
    await page.getByText(`${operations} of ${operations} operations`).waitFor();
    const beforeMs = await busyMs();
    const seen = await page.evaluate(async () => {
      const list = document.querySelector('.list');
      const nodes: number[] = [];
      for (let turn = 1; turn <= 60 && list !== null; turn += 1) {
        list.scrollTop = (turn * list.scrollHeight) / 60;
        await new Promise((resolve) => requestAnimationFrame(() => resolve(undefined)));
        nodes.push(document.querySelectorAll('*').length);
      }
      return { most: Math.max(...nodes), last: list?.querySelector('[aria-rowindex="1001"]')?.textContent };
    });
    expect((await busyMs()) - beforeMs).toBeLessThan(60 * frameMs);
    expect(seen.most).toBeLessThan(1_500);
    expect(seen.last).toMatch(/^Operation\d+/);
  });
});
