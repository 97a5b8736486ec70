import type { ApiKey } from '../identity/api-keys/key-file.ts';
import type { ListedKey } from '../identity/api-keys/key-shape.ts';
import type { AdminFlags } from './admin-client.ts';

/** Which keys are meant: with `admin` those in the store of a gateway, else those of a file. */
export interface KeyPlace extends AdminFlags {
  /** Relative to the working directory. */
  readonly file: string;
}

/** Keys that are kept somewhere. All of it throws an Error with a sentence for the operator, also about a key that is not there. */
export interface KeyBook {
  readonly list: () => Promise<readonly ListedKey[]>;
  readonly add: (key: ApiKey) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
  /** Gives a key another digest; the former one counts until `graceEndsAt`, in ISO 8601. */
  readonly rotate: (id: string, sha256: string, graceEndsAt: string) => Promise<void>;
}

/** What to say of an id that no key has. */
export function noSuchKey(): Error {
  return new Error('There is no key of this id. Run `overlock keys list` to see all.');
}
