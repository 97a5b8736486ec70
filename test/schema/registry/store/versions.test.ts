import { expect, it } from 'vitest';
import { defaultSettings } from '../../../../schema/registry/default-settings.ts';
import type { RegistryStore } from '../../../../schema/registry/store/registry-store.ts';
import { describeOnEachDatabase } from '../../../support/registry-place.ts';
import { announcing, because, production, sampleVersion, staging } from '../../../support/registry-samples.ts';

async function publish(store: RegistryStore, count: number, ref = production): Promise<void> {
  for (let version = 1; version <= count; version++) {
    const outcome = await store.commit(sampleVersion(version, { ref }), announcing('published', ref));
    expect(outcome).toEqual({ kind: 'committed' });
  }
}

describeOnEachDatabase('versions', ({ create }) => {
  it('reads what was committed, after the store was opened again too', async () => {
    await using place = await create();
    const first = await place.open();
    expect(await first.readVariant(production)).toBeUndefined();
    expect(await first.readVersion(production)).toBeUndefined();
    await publish(first, 3);
    await first.close();
    await expect(first.listVariants()).rejects.toThrow(/is closed/);
    await expect(first.commit(sampleVersion(4), because('publish'))).rejects.toThrow(/is closed/);

    const second = await place.open();
    expect(await second.readVersion(production)).toEqual(sampleVersion(3));
    expect(await second.readVersion(production, 2)).toEqual(sampleVersion(2));
    expect(await second.readVersion(production, 4)).toBeUndefined();
    expect(await second.readVersion(staging)).toBeUndefined();
    expect(await second.readVariant(production)).toMatchObject({ ref: production, version: 3 });
  });

  it('refuses a version that is not made of the latest', async () => {
    await using place = await create();
    const store = await place.open();
    expect(await store.commit(sampleVersion(2), because('publish'))).toEqual({ kind: 'stale', version: 0 });
    expect(await store.listVariants()).toEqual([]);
    await publish(store, 2);
    for (const version of [1, 2, 4]) {
      expect(await store.commit(sampleVersion(version), announcing('published'))).toEqual({
        kind: 'stale',
        version: 2,
      });
    }
    expect((await store.listAudit({ limit: 9 })).items).toHaveLength(2);
    expect(await store.listEvents(9)).toHaveLength(2);
  });

  it('lets one of many win that publish at once, and counts without gaps', async () => {
    await using place = await create();
    const stores = await place.openTwo();
    for (let version = 1; version <= 5; version++) {
      const outcomes = await Promise.all(
        Array.from({ length: 6 }, async (_, index) =>
          stores[index % 2]!.commit(sampleVersion(version, { sdl: `# by ${index}\n` }), announcing('published')),
        ),
      );
      const winner = outcomes.findIndex(({ kind }) => kind === 'committed');
      expect(outcomes.filter((_, index) => index !== winner)).toEqual(Array(5).fill({ kind: 'stale', version }));
      expect(await stores[1].readVersion(production)).toEqual(sampleVersion(version, { sdl: `# by ${winner}\n` }));
    }
    const { items } = await stores[0].listVersions(production, { limit: 100 });
    expect(items.map(({ version }) => version)).toEqual([5, 4, 3, 2, 1]);
    expect((await stores[0].listAudit({ limit: 100 })).items).toHaveLength(5);
  });

  it('lists versions by the page, newest first', async () => {
    await using place = await create();
    const store = await place.open();
    await publish(store, 5);
    const first = await store.listVersions(production, { limit: 2 });
    const { subgraphs: _, supergraphSdl: __, ...summary } = sampleVersion(5);
    expect(first.items[0]).toEqual(summary);
    const seen: number[] = [];
    for (let from: string | undefined = first.next; from !== undefined; ) {
      const page = await store.listVersions(production, { limit: 2, from });
      seen.push(...page.items.map(({ version }) => version));
      from = page.next;
    }
    expect(seen).toEqual([3, 2, 1]);
    expect(await store.listVersions(production, { limit: 5 })).toMatchObject({ next: undefined });
    expect(await store.listVersions(production, { limit: 5, from: "1' or 1=1" })).toEqual({
      items: [],
      next: undefined,
    });
    expect(await store.listVersions(staging, { limit: 5 })).toEqual({ items: [], next: undefined });
  });

  it('keeps settings of variants with and without versions', async () => {
    await using place = await create();
    const store = await place.open();
    const contract = { source: 'production', include: ['public'], exclude: [], hideUnreachable: true };
    const settings = { ...defaultSettings, approvals: 2, refuseBreaking: false, contract };
    await publish(store, 1);
    await store.saveSettings(staging, settings, because('settings', staging));
    expect(await store.listVariants()).toEqual([
      {
        ref: production,
        version: 1,
        settings: defaultSettings,
      },
      { ref: staging, version: 0, settings },
    ]);
    await store.saveSettings(production, { ...settings, contract: undefined }, because('settings'));
    expect(await store.readVariant(production)).toMatchObject({ version: 1, settings: { approvals: 2 } });
    await publish(store, 1, staging);
    expect(await store.readVariant(staging)).toEqual({ ref: staging, version: 1, settings });
  });

  it('gives subgraphs to the first team that publishes them', async () => {
    await using place = await create();
    const store = await place.open();
    const of = (team: string) => ({ ...announcing('published'), owners: new Map([['books', team]]) });
    expect(await store.commit(sampleVersion(1), of('library'))).toEqual({ kind: 'committed' });
    expect(await store.commit(sampleVersion(2), of('thieves'))).toEqual({ kind: 'stale', version: 1 });
    expect(await store.readVersion(production, 2)).toBeUndefined();
    expect(await store.commit(sampleVersion(2), of('library'))).toEqual({ kind: 'committed' });
    await store.setOwner('shop', 'books', 'archive', because('owner'));
    await store.setOwner('shop', 'prices', 'sales', because('owner'));
    expect(await store.listOwners('shop')).toEqual(
      new Map([
        ['books', 'archive'],
        ['prices', 'sales'],
      ]),
    );
    expect(await store.listOwners('bank')).toEqual(new Map());
  });

  it('keeps texts as they are, however long or odd', async () => {
    await using place = await create();
    const store = await place.open();
    const lines = Array.from({ length: 50_000 }, (_, index) => `type T${index} { field${index % 97}: Int }`).join('\n');
    for (const [index, sdl] of ['', lines, '"\u0001 \u2028 𝒳 é \r\n"', `# ${'long '.repeat(200_000)}`].entries()) {
      const version = sampleVersion(index + 1, { sdl });
      await store.commit(version, because('publish'));
      expect(await store.readVersion(production, index + 1)).toEqual(version);
    }
  });
});
