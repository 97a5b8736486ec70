import { LRUCache } from 'lru-cache';
import type { VersionSummary } from '../model.ts';
import type { Outline } from '../outline/outline.ts';
import type { Registry } from '../registry.ts';
import { readKnownVersion } from '../variant.ts';

/** One of ten thousand fields has 20 MB. */
const mostKept = 4;

/** Outlines of versions, kept as long as they are looked at. */
export class Outlines {
  readonly #registry: Registry;
  readonly #kept = new LRUCache<string, Promise<Outline>>({ max: mostKept });

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** @throws Refusal `OVERLOADED`, `TOO_COMPLEX` */
  async read({ ref, version, fingerprint }: VersionSummary): Promise<Outline> {
    const kept = this.#kept.get(fingerprint);
    if (kept !== undefined) return await kept;
    const { store, workshop } = this.#registry;
    const outline = readKnownVersion(store, ref, version).then(({ supergraphSdl }) =>
      workshop.outline({ supergraphSdl }),
    );
    this.#kept.set(fingerprint, outline);
    outline.catch(() => this.#kept.delete(fingerprint));
    return await outline;
  }
}
