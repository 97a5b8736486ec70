import type { ApiKey } from '../identity/api-keys/key-file.ts';
import { toListedKey } from '../identity/api-keys/key-shape.ts';
import { changeKeyFile, readKeyFile } from './change-key-file.ts';
import { type KeyBook, noSuchKey } from './keys-book.ts';

/** The keys of a file; `file` is absolute. */
export function createKeysInFile(file: string): KeyBook {
  return {
    list: async () => (await readKeyFile(file)).map(toListedKey),
    add: (key) => changeKeyFile(file, (keys) => [...keys, key]),
    remove: (id) =>
      changeKeyFile(file, (keys) => {
        findKey(keys, id);
        return keys.filter((key) => key.id !== id);
      }),
    rotate: (id, sha256, graceEndsAt) =>
      changeKeyFile(file, (keys) => {
        const { sha256: former } = findKey(keys, id);
        const rotated = { sha256, former: { sha256: former, expiresAt: graceEndsAt } };
        return keys.map((key) => (key.id === id ? { ...key, ...rotated } : key));
      }),
  };
}

function findKey(keys: readonly ApiKey[], id: string): ApiKey {
  const key = keys.find((one) => one.id === id);
  if (key === undefined) throw noSuchKey();
  return key;
}
