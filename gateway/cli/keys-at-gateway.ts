import type { ListedKey } from '../identity/api-keys/key-shape.ts';
import type { AdminClient } from './admin-client.ts';
import { type KeyBook, noSuchKey } from './keys-book.ts';

/** The keys in the store of a gateway. */
export function createKeysAtGateway(client: AdminClient): KeyBook {
  const list = async () => (await client.list('apiKey')).map(({ value }) => value as ListedKey);
  const put = (id: string, value: unknown) => client.put('apiKey', { id, value, expiresAtMs: undefined });
  return {
    list,
    add: (key) => put(key.id, key),
    async remove(id) {
      if (!(await client.remove('apiKey', id))) throw noSuchKey();
    },
    async rotate(id, sha256, graceEndsAt) {
      const key = (await list()).find((one) => one.id === id);
      if (key === undefined) throw noSuchKey();
      const { formerExpiresAt: _ended, ...kept } = key;
      // Only the gateway knows the digest that the key has had until now.
      await put(id, { ...kept, sha256, former: { expiresAt: graceEndsAt } });
    },
  };
}
