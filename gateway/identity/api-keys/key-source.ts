import type { ApiKey } from './key-file.ts';

/** Where API keys come from. */
export interface KeySource {
  /** The keys by id, as they were known last; `undefined` when they could never be read. */
  readonly keys: () => ReadonlyMap<string, ApiKey> | undefined;
  /** Resolves once the first try to read them has ended. */
  readonly tried: Promise<void>;
  readonly close: () => void;
}
