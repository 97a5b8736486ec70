import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RegistryConfig, registrySection } from '../../../../gateway/config/registry.ts';
import { RegistrySource } from '../../../../gateway/supergraph/sources/registry-source.ts';
import type { SourceOutcome } from '../../../../gateway/supergraph/sources/source.ts';
import { createRegistryMetrics } from '../../../../gateway/telemetry/metrics/registry-metrics.ts';
import { compose } from '../../../../schema/compose/compose.ts';
import { type FakeRegistry, startFakeRegistry } from '../../../support/fake-registry.ts';
import { createRecordingLogger, type LogLine } from '../../../support/recording-logger.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts';

function sdlWith(field: string): string {
  const sdl = `type Query { ${field}: Int }`;
  const composition = compose([{ kind: 'federation', name: 'one', url: 'http://one.test', sdl }]);
  if (composition.kind === 'failed') throw new Error('does not compose');
  return composition.supergraph.sdl;
}

/** What it comes to: the field of the query, and the version; or the first problem. */
function told(outcome: SourceOutcome): string {
  if (outcome.kind === 'failed') return `${outcome.problems[0]?.code}: ${outcome.problems[0]?.message}`;
  return `${/type Query \{\s*(\w+)/.exec(outcome.supergraph.publicSdl)?.[1]} ${outcome.release?.version}`;
}

const soon = { timeout: 5_000, interval: 10 };

describe('a source that follows a registry', () => {
  let registry: FakeRegistry;
  let folder: TemporaryFolder;
  const sources: RegistrySource[] = [];
  beforeEach(async () => {
    registry = await startFakeRegistry();
    folder = await createTemporaryFolder();
  });
  afterEach(async () => {
    for (const source of sources.splice(0)) await source.close();
    await registry.stop().catch(() => {});
    await folder.remove();
  });

  /** A source with its log, its metrics, and what it has given on each change. */
  function follow(change: Partial<Record<keyof RegistryConfig, unknown>> = {}, poll = 40) {
    const { url, token, publicKey } = registry;
    const cache = path.join(folder.path, 'cache');
    const section = { url, token, publicKey, graph: 'shop@production', cache, ...change };
    const { log, lines } = createRecordingLogger();
    const { metrics, ...listeners } = createRegistryMetrics();
    const telemetry = { log, ...listeners };
    const source = new RegistrySource({
      registry: registrySection.parse(section),
      poll,
      schemaTimeout: 2_000,
      telemetry,
    });
    sources.push(source);
    const given: string[] = [];
    return {
      source,
      lines,
      given,
      load: async () => told(await source.load()),
      watch: () => source.watch(() => void source.load().then((outcome) => given.push(told(outcome)))),
      metric: (name: string) =>
        metrics
          .find((one) => one.name === `overlock_${name}`)
          ?.read()
          .map(({ value }) => value),
    };
  }

  const messages = (lines: readonly LogLine[]) => lines.map(({ level, message }) => `${level}: ${message}`);

  it('gives what is signed, with its version and the operations to warm up', async () => {
    registry.publish(sdlWith('first'), { warmUp: ['{ first }', 'x'.repeat(200_000)] });
    const { source, lines, metric } = follow();
    const outcome = await source.load();
    expect(outcome).toMatchObject({ kind: 'supergraph', release: { version: 1, warmUp: ['{ first }'] } });
    expect(lines).toEqual([]);
    expect([metric('registry_up'), metric('registry_version'), metric('registry_copy_used')]).toEqual([[1], [1], [0]]);
    await source.load();
    expect(registry.headers.map((headers) => headers['if-none-match'] !== undefined)).toEqual([false, true]);
  });

  it.each([
    ['another supergraph', { sdl: sdlWith('evil') }, /fingerprint/],
    ['a version that was not signed', { version: 9 }, /not signed/],
    ['no signature', { signature: '' }, /not signed/],
    ['an older version', undefined, /version 1, and version 2 was there before/],
  ])('refuses %s, and what was good stays', async (_name, change, reason) => {
    const first = registry.publish(sdlWith('first'));
    const second = registry.publish(sdlWith('second'));
    const { load, metric } = follow();
    expect(await load()).toBe('second 2');
    registry.give(change === undefined ? first : { ...second, stable: { ...second.stable, ...change } });
    const refused = await load();
    expect(refused).toMatch(/^ARTIFACT_REFUSED: What the registry gave for shop@production is refused\. /);
    expect(refused).toMatch(reason);
    expect(await load()).toBe(refused);
    expect(metric('registry_artifacts_total')).toEqual([1, 1]);
    registry.publish(sdlWith('third'));
    expect(await load()).toMatch(/^third \d+$/);
  });

  it('refuses what is of another variant, or is no artifact', async () => {
    const good = registry.publish(sdlWith('first'));
    const { load } = follow({ cache: false });
    registry.give({ ...good, ref: 'shop@staging' });
    expect(await load()).toMatch(/of another variant than shop@production/);
    registry.give({ ...good, stable: { ...good.stable, version: 0 } });
    expect(await load()).toMatch(/has not the shape/);
    expect(follow().lines).toEqual([]);
  });

  it('takes what any of several keys has signed, and says when it looks at no signature', async () => {
    registry.publish(sdlWith('first'));
    const { publicKey: other } = generateKeyPairSync('ed25519', {
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    expect(await follow({ publicKey: `${other}\n${registry.publicKey}`, cache: false }).load()).toBe('first 1');
    expect(await follow({ publicKey: other, cache: false }).load()).toMatch(/not signed/);
    const unverified = follow({ publicKey: undefined, cache: false });
    expect(await unverified.load()).toBe('first 1');
    expect(messages(unverified.lines)).toEqual([expect.stringMatching(/^warn: .*publicKey/)]);
  });

  it('starts from its copy while the registry is down, says so, and goes on when it is back', async () => {
    registry.publish(sdlWith('first'));
    const first = follow();
    await first.load();
    await first.source.close();
    await registry.stop();
    const later = follow();
    expect(await later.load()).toBe('first 1');
    expect(messages(later.lines)).toEqual([
      expect.stringMatching(
        /^warn: The gateway starts from its copy of version 1 .*cannot be reached \(ECONNREFUSED\)/,
      ),
    ]);
    expect([later.metric('registry_up'), later.metric('registry_copy_used')]).toEqual([[0], [1]]);
    later.watch();
    await registry.start();
    registry.publish(sdlWith('second'));
    await vi.waitFor(() => expect(later.given.at(-1)).toBe('second 2'), soon);
    expect([later.metric('registry_up'), later.metric('registry_copy_used')]).toEqual([[1], [0]]);
    expect(messages(later.lines)).toContain('info: The registry answers again.');
  });

  it('verifies its copy as if it came from the registry, and keeps it for its owner only', async () => {
    registry.publish(sdlWith('first'));
    const first = follow();
    await first.load();
    await first.source.close();
    const [name = ''] = await readdir(path.join(folder.path, 'cache'));
    const file = path.join(folder.path, 'cache', name);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const text = await readFile(file, 'utf8');
    await registry.stop();
    for (const broken of [text.replaceAll('first', 'evil'), text.slice(0, 400), '', '\n']) {
      await writeFile(file, broken);
      const { load, lines } = follow();
      expect(await load()).toMatch(/^REGISTRY_UNAVAILABLE/);
      expect(messages(lines)).toEqual([expect.stringMatching(/^warn: The copy of the supergraph is not used/)]);
    }
    await writeFile(file, text);
    expect(await follow().load()).toBe('first 1');
  });

  it('takes nothing older than its copy, and starts from that instead of what is refused', async () => {
    const first = registry.publish(sdlWith('first'));
    registry.publish(sdlWith('second'));
    const before = follow();
    await before.load();
    await before.source.close();
    registry.give(first);
    const { load, lines } = follow();
    expect(await load()).toBe('second 2');
    expect(messages(lines)).toEqual([expect.stringMatching(/copy of version 2 .* refused.*set back on purpose/)]);
  });

  it('serves although its copy cannot be written', async () => {
    registry.publish(sdlWith('first'));
    await writeFile(path.join(folder.path, 'cache'), 'a file');
    const { load, lines } = follow();
    expect(await load()).toBe('first 1');
    await vi.waitFor(() => expect(messages(lines)).toEqual([expect.stringMatching(/cannot be kept on disk/)]), soon);
  });

  it.each([
    ['events', { events: 'on' }, 'GET /events'],
    ['held answers where there are no events', { events: 'off' }, 'GET /artifact'],
    ['asking where answers are not held either', { events: 'off', holds: false }, 'GET /artifact'],
  ] as const)('notices a new version by %s', async (_name, manners, last) => {
    registry.behave(manners);
    registry.publish(sdlWith('first'));
    const { load, watch, given } = follow();
    await load();
    watch();
    // One is the load's own.
    const asked = () => registry.requests.filter((request) => request === last).length;
    await vi.waitFor(() => expect(asked()).toBeGreaterThan(last === 'GET /events' ? 0 : 1), soon);
    const startMs = performance.now();
    registry.publish(sdlWith('second'));
    await vi.waitFor(() => expect(given.at(-1)).toBe('second 2'), soon);
    expect(performance.now() - startMs).toBeLessThan(2_000);
    expect(registry.requests).toContain(last);
  });

  it('asks only now and then where events are off, and never says more than once what is wrong', async () => {
    registry.publish(sdlWith('first'));
    const { load, watch, given, lines } = follow({ events: false });
    await load();
    watch();
    registry.publish(sdlWith('second'));
    await vi.waitFor(() => expect(given.at(-1)).toBe('second 2'), soon);
    expect(registry.requests).not.toContain('GET /events');
    registry.behave({ status: 500 });
    const { length } = registry.requests;
    await vi.waitFor(() => expect(registry.requests.length).toBeGreaterThan(length + 2), soon);
    expect(messages(lines)).toEqual([expect.stringMatching(/^error: .*HTTP status 500.* What runs stays\.$/)]);
  });

  it.each([
    [401, /does not accept the token\. Set graph\.registry\.token/],
    [403, /does not let the token follow shop@production/],
  ])('says what to do about status %i, and does not ask again and again', async (status, message) => {
    registry.publish(sdlWith('first'));
    const { load, watch, lines } = follow();
    registry.behave({ status });
    const problem = await load();
    expect(problem).toMatch(message);
    watch();
    await vi.waitFor(() => expect(lines).toHaveLength(1), soon);
    // Who is told something else has tried again twice by then.
    const other = await startFakeRegistry();
    other.behave({ status: 503 });
    follow({ url: other.url, token: other.token }).watch();
    await vi.waitFor(() => expect(other.requests.length).toBeGreaterThan(4), soon);
    await other.stop();
    expect(registry.requests).toEqual(['GET /artifact', 'GET /events', 'GET /artifact']);
    expect(`${problem} ${JSON.stringify(lines)}`).not.toContain(registry.token);
  });

  it('says that nothing was published yet', async () => {
    await mkdir(path.join(folder.path, 'cache'));
    expect(await follow().load()).toMatch(/^REGISTRY_UNAVAILABLE: .* nothing was published there yet\.$/);
  });
});
