import { html } from 'hono/html';
import type { VersionSummary } from '../../model.ts';
import type { Html } from './html.ts';
import { variantPath } from './paths.ts';

/** What made a version, in words. */
export function causeOf({ ref, cause }: Pick<VersionSummary, 'ref' | 'cause'>): Html {
  switch (cause.kind) {
    case 'publish':
      return html`${cause.subgraph} published`;
    case 'unpublish':
      return html`${cause.subgraph} taken out`;
    case 'rollback':
      return html`rolled back to ${versionLink(ref, cause.to)}`;
    case 'promote':
      return html`promoted from ${cause.from.variant} ${versionLink(cause.from, cause.version)}`;
    case 'contract':
      return html`derived from version ${cause.version}`;
    default:
      return cause satisfies never;
  }
}

/** A version, as a link to what it changed. */
export function versionLink(ref: VersionSummary['ref'], version: number): Html {
  return html`<a href="${variantPath(ref, 'history', version)}">version ${version}</a>`;
}
