import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registrySection } from '../../../../gateway/config/registry.ts';
import { RegistrySource } from '../../../../gateway/supergraph/sources/registry-source.ts';
import type { SourceOutcome } from '../../../../gateway/supergraph/sources/source.ts';
import { noTelemetry } from '../../../../gateway/telemetry/no-telemetry.ts';
import { compose } from '../../../../schema/compose/compose.ts';
import type { Artifact, CanarySupergraph } from '../../../../schema/feed/artifact.ts';
import { type FakeRegistry, startFakeRegistry } from '../../../support/fake-registry.ts';
import { createRecordingLogger } from '../../../support/recording-logger.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts';

function sdlWith(field: string): string {
  const sdl = `type Query { ${field}: Int }`;
  const composition = compose([{ kind: 'federation', name: 'one', url: 'http://one.test', sdl }]);
  if (composition.kind === 'failed') throw new Error('does not compose');
  return composition.supergraph.sdl;
}

/** Versions with what they have, and the share of the canary. */
function told(outcome: SourceOutcome): string {
  if (outcome.kind === 'failed') return outcome.problems[0]?.message ?? '';
  const fieldOf = (sdl: string) => /type Query \{\s*(\w+)/.exec(sdl)?.[1];
  const { supergraph, release } = outcome;
  const canary = release?.canary;
  const tried = canary && `, ${fieldOf(canary.supergraph.publicSdl)} ${canary.version} for ${canary.percent} %`;
  return `${fieldOf(supergraph.publicSdl)} ${release?.version}${tried ?? ''}`;
}

describe('the canary of an artifact', () => {
  let registry: FakeRegistry;
  let folder: TemporaryFolder;
  let stable: Artifact;
  let tried: Artifact;
  let canary: CanarySupergraph;
  const sources: RegistrySource[] = [];
  beforeEach(async () => {
    registry = await startFakeRegistry();
    folder = await createTemporaryFolder();
    stable = registry.publish(sdlWith('stable'));
    tried = registry.publish(sdlWith('tried'));
    canary = registry.toCanary(tried.stable, { percent: 5, reportMs: 5_000 });
  });
  afterEach(async () => {
    for (const source of sources.splice(0)) await source.close();
    await registry.stop().catch(() => {});
    await folder.remove();
  });

  const follow = () => {
    const { url, token, publicKey } = registry;
    const section = { url, token, publicKey, graph: 'shop@production', cache: folder.path };
    const { log, lines } = createRecordingLogger();
    const telemetry = { ...noTelemetry, log };
    const source = new RegistrySource({
      registry: registrySection.parse(section),
      poll: 40,
      schemaTimeout: 2_000,
      telemetry,
    });
    sources.push(source);
    return { lines, source, load: async () => told(await source.load()) };
  };

  it('is given beside what is stable, from step to step, and in its place at the end', async () => {
    const { load } = follow();
    registry.give(stable);
    const seen = [await load()];
    for (const percent of [5, 50]) {
      registry.give({ ...stable, canary: registry.toCanary(tried.stable, { percent, reportMs: 5_000 }) });
      seen.push(await load());
    }
    registry.give(tried);
    seen.push(await load());
    expect(seen).toEqual(['stable 1', 'stable 1, tried 2 for 5 %', 'stable 1, tried 2 for 50 %', 'tried 2']);
  });

  it('is in the copy that a gateway starts from while the registry is down', async () => {
    registry.give({ ...stable, canary });
    const first = follow();
    expect(await first.load()).toBe('stable 1, tried 2 for 5 %');
    await first.source.close();
    await registry.stop();
    expect(await follow().load()).toBe('stable 1, tried 2 for 5 %');
  });

  it.each([
    ['of another supergraph', { sdl: sdlWith('evil') }, /fingerprint/],
    ['not signed', { version: 9 }, /not signed/],
    ['for more clients than was signed', { percent: 50 }, /not signed/],
    ['for more than all clients', { percent: 101 }, /not the shape/],
  ])('has the whole artifact refused when it is %s', async (_name, change, reason) => {
    const { load } = follow();
    registry.give(stable);
    await load();
    registry.give({ ...stable, canary: { ...canary, ...change } });
    expect(await load()).toMatch(reason);
  });

  it('has to be younger than what is stable, so that no old version is passed off as one', async () => {
    const young = registry.publish(sdlWith('young'));
    registry.give({ ...young, canary });
    expect(await follow().load()).toMatch(/Its canary, version 2, is older than its version 3/);
  });

  it('that cannot be read is tried with nobody, and said', async () => {
    const { stable: unreadable } = registry.publish('type Query { a: Int }');
    registry.give({ ...stable, canary: registry.toCanary(unreadable, { percent: 5, reportMs: 5_000 }) });
    const { load, lines } = follow();
    expect(await load()).toBe('stable 1');
    expect(lines).toMatchObject([{ level: 'error', message: 'The canary cannot be used; no client has it.' }]);
  });
});
