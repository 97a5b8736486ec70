import { html } from 'hono/html';
import { printGraphRef } from '../../feed/graph-ref.ts';
import type { Token, Variant } from '../model.ts';
import { assets } from './assets.ts';
import type { Html } from './parts/html.ts';
import { variantPath } from './parts/paths.ts';
import type { Page, Section } from './visit.ts';

/** What stands around a page. */
interface Frame {
  /** Who is signed in. */
  readonly token?: Token | undefined;
  /** What the page is about. */
  readonly variant?: Variant | undefined;
  /** Goes into the head. */
  readonly head?: Html | undefined;
}

/** A whole document. */
export function layOut({ title, section, body }: Page, { token, variant, head }: Frame = {}): Html {
  const names = [title, variant && printGraphRef(variant.ref), 'Overlock registry'];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${names.filter((name) => name !== undefined).join(' · ')}</title>
<link rel="icon" type="image/svg+xml" href="${assets.icon.path}">
<link rel="stylesheet" href="${assets.style.path}">
<script type="module" src="${assets.script.path}"></script>
${head}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
  <a class="brand" href="/"><img src="${assets.icon.path}" alt="" width="24" height="24">Overlock registry</a>
  ${token && signedIn(token)}
</header>
${variant && variantHeader(variant, section)}
<main id="content" tabindex="-1">
${body}
</main>
</body>
</html>
`;
}

function signedIn({ name, role }: Token): Html {
  return html`<form class="who" method="post" action="/sign-out">
    <span title="The token that is signed in">${name} <span class="muted">${role}</span></span>
    <button>Sign out</button>
  </form>`;
}

const sections = [
  ['subgraphs', 'Subgraphs'],
  ['schema', 'Schema'],
  ['picture', 'Picture'],
  ['history', 'History'],
  ['checks', 'Checks'],
  ['deprecations', 'Deprecations'],
] as const satisfies readonly (readonly [Section, string])[];

function variantHeader({ ref, version, settings }: Variant, section: Section | undefined): Html {
  const pathOf = (one: Section) => (one === 'subgraphs' ? variantPath(ref) : variantPath(ref, one));
  return html`<div class="variant">
  <p class="where"><a href="/">Graphs</a> <span aria-hidden="true">/</span> <strong>${ref.graph}<span class="muted">@</span>${ref.variant}</strong>
    ${version > 0 && html`<span class="tag">version ${version}</span>`}
    ${settings.contract && html`<span class="tag">contract of ${settings.contract.source}</span>`}
  </p>
  <nav class="tabs" aria-label="${printGraphRef(ref)}"><ul>
    ${sections.map(
      ([one, title]) =>
        html`<li><a href="${pathOf(one)}"${one === section && html` aria-current="page"`}>${title}</a></li>`,
    )}
  </ul></nav>
</div>`;
}
