import { html } from 'hono/html';
import { countOf } from '../../../checks/numbers.ts';
import { diffVersions } from '../../diff-versions.ts';
import type { Version } from '../../model.ts';
import { readKnownVersion } from '../../variant.ts';
import { causeOf, versionLink } from '../parts/cause.ts';
import { factsOf } from '../parts/facts.ts';
import type { Html } from '../parts/html.ts';
import { variantPath } from '../parts/paths.ts';
import { timeOf } from '../parts/time.ts';
import type { Page, VariantVisit } from '../visit.ts';
import { diffOf } from './diff.ts';
import { readNumber } from './read-number.ts';

/** A version: who made it, why, and what it changed. */
export async function versionPage(visit: VariantVisit): Promise<Page> {
  const { registry, ref, variant, param } = visit;
  const number = readNumber(param('version'));
  const version = await readKnownVersion(registry.store, ref, number);
  const pageOf = (other: number, rel: string, title: string) =>
    html`<a rel="${rel}" href="${variantPath(ref, 'history', other)}">${title}</a>`;
  const body = html`<h1>Version ${number}</h1>
${facts(visit, version)}
${
  number === 1
    ? html`<p>It is the first, of ${countOf(version.subgraphs.length, 'subgraph')}: there is nothing to compare it with.</p>`
    : await diffOf(visit, await diffVersions(registry, ref, number - 1, number))
}
<nav class="pager" aria-label="Versions">
  ${number > 1 && pageOf(number - 1, 'prev', `Version ${number - 1}`)}
  ${number < variant.version && pageOf(number + 1, 'next', `Version ${number + 1}`)}
</nav>`;
  return { title: `Version ${number}`, section: 'history', body };
}

function facts({ now }: VariantVisit, { ref, version, cause, commit, fingerprint }: Version): Html {
  const { author, at, message, revision } = commit;
  return factsOf([
    ['What', causeOf({ ref, cause })],
    ['Message', message !== undefined && html`<span class="message" dir="auto">${message}</span>`],
    ['By', author.name],
    ['When', timeOf(at, now)],
    ['Commit', revision !== undefined && html`<code>${revision}</code>`],
    ['Compared with', version > 1 && versionLink(ref, version - 1)],
    ['Fingerprint', html`<code title="${fingerprint}">${fingerprint.slice(0, 12)}</code>`],
  ]);
}
