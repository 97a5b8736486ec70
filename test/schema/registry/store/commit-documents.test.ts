import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RegistryStore } from '../../../../schema/registry/store/registry-store.ts';
import { describeOnEachDatabase, type RegistryPlace } from '../../../support/registry-place.ts';
import { because, sampleVersion } from '../../../support/registry-samples.ts';

const document = { kind: 'canary', id: 'shop@production', value: { step: 1 }, revision: 0 };

describeOnEachDatabase('documents of a commit', ({ create }) => {
  let place: RegistryPlace;
  let store: RegistryStore;
  beforeEach(async () => {
    place = await create();
    store = await place.open();
  });
  afterEach(() => place[Symbol.asyncDispose]());

  it('are kept with the version, or both are not', async () => {
    const commit = (version: number, revision: number) =>
      store.commit(sampleVersion(version), { ...because('publish'), documents: [{ ...document, revision }] });
    expect(await commit(1, 0)).toEqual({ kind: 'committed' });
    expect(await commit(2, 7)).toEqual({ kind: 'stale', version: 1 });
    expect(await commit(3, 1)).toEqual({ kind: 'stale', version: 1 });
    expect(await store.readDocument('canary', document.id)).toEqual({ ...document, revision: 1 });
    expect((await store.readVersion(sampleVersion(1).ref))?.version).toBe(1);
    expect(await commit(2, 1)).toEqual({ kind: 'committed' });
    expect(await store.readDocument('canary', document.id)).toEqual({ ...document, revision: 2 });
  });
});
