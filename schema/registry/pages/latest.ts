import { html } from 'hono/html';
import type { VersionSummary } from '../model.ts';
import type { Html } from './parts/html.ts';
import type { VariantVisit } from './visit.ts';

/** The latest version of a variant, without its texts; `undefined` before the first publish. */
export async function readLatest({ registry, ref }: VariantVisit): Promise<VersionSummary | undefined> {
  return (await registry.store.listVersions(ref, { limit: 1 })).items[0];
}

/** What stands where there would be a schema. */
export function nothingYet({ ref: { graph, variant }, variant: { settings } }: VariantVisit): Html {
  if (settings.contract !== undefined) {
    return html`<p class="empty">There is no version yet: this contract comes from ${settings.contract.source}, which has
    none either, or whose tags leave nothing.</p>`;
  }
  return html`<p class="empty">Nothing was published yet:
  <code class="command">overlock publish reviews --graph ${graph}@${variant} --schema reviews.graphql --url http://reviews/graphql</code></p>`;
}
