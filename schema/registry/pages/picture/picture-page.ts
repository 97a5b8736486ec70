import { html } from 'hono/html';
import { countOf } from '../../../checks/numbers.ts';
import type { Outline } from '../../outline/outline.ts';
import { nothingYet, readLatest } from '../latest.ts';
import { type Html, joined } from '../parts/html.ts';
import { variantPath } from '../parts/paths.ts';
import { tableOf } from '../parts/table.ts';
import type { Page, VariantVisit } from '../visit.ts';
import { type Crossings, findCrossings, type Row } from './crossings.ts';
import { drawCrossings } from './draw.ts';

/** A picture of the graph: which types join which subgraphs. */
export async function picturePage(visit: VariantVisit): Promise<Page> {
  const latest = await readLatest(visit);
  if (latest === undefined) {
    return { title: 'Picture', section: 'picture', body: html`<h1>Picture</h1>${nothingYet(visit)}` };
  }
  const { ref, query } = visit;
  const outline = await visit.outlines.read(latest);
  const focus = outline.subgraphs.find((name) => name === query('subgraph'));
  const crossings = findCrossings(outline, focus);
  const body = html`<h1>Picture</h1>
<p>Each thread from top to bottom is a subgraph, and each seam across is a type that joins them.
The more fields of the type a subgraph answers, the larger the stitch.</p>
${focusForm(visit, outline, focus)}
${hiddenNote(crossings)}
${crossings.rows.length === 0 ? html`<p class="empty">No two ${focus === undefined ? 'subgraphs' : `subgraphs with ${focus}`} have a type in common.</p>` : drawn(visit, crossings)}
${typeTable(ref, crossings)}`;
  return { title: 'Picture', section: 'picture', body };
}

function focusForm({ ref }: VariantVisit, { subgraphs }: Outline, focus: string | undefined): Html {
  return html`<form class="inline" action="${variantPath(ref, 'picture')}">
  <label>Types of <select name="subgraph"><option value="">all subgraphs</option>${subgraphs.map(
    (name) => html`<option${name === focus && html` selected`}>${name}</option>`,
  )}</select></label> <button>Show</button>
</form>`;
}

function drawn({ ref }: VariantVisit, crossings: Crossings): Html {
  return html`<div class="picture" data-zoom tabindex="0" role="region" aria-label="Picture of the graph">${drawCrossings(ref, crossings)}</div>
<ul class="legend" aria-label="What the signs mean">
  <li class="entity"><svg width="34" height="14" aria-hidden="true"><path class="seam" d="M2 7H32"/><circle class="stitch" cx="17" cy="7" r="6"/></svg> an entity, and a subgraph that answers fields of it</li>
  <li class="entity"><svg width="34" height="14" aria-hidden="true"><path class="seam" d="M2 7H32"/><circle class="pointer" cx="17" cy="7" r="4.5"/></svg> a subgraph that only points to it by its key</li>
  <li class="value"><svg width="34" height="14" aria-hidden="true"><path class="seam" d="M2 7H32"/><circle class="stitch" cx="17" cy="7" r="6"/></svg> a type that several have as a whole</li>
</ul>`;
}

function hiddenNote({ hidden }: Crossings): Html | false {
  const left = [
    hidden.columns > 0 && countOf(hidden.columns, 'subgraph'),
    hidden.rows > 0 && countOf(hidden.rows, 'type'),
  ].filter((text) => text !== false);
  if (left.length === 0) return false;
  return html`<p class="hint">To stay readable, the picture leaves out ${left.join(' and ')} with less in common. Choose a
  subgraph to see all that it shares.</p>`;
}

function typeTable(ref: VariantVisit['ref'], { rows }: Crossings): Html | false {
  if (rows.length === 0) return false;
  return html`<h2>The same as a table</h2>
${tableOf({
  caption: 'Types that join subgraphs, and how many fields each answers',
  columns: ['Type', 'Kind', 'Subgraphs'],
  rows: rows.map(({ name, kind, stitches }) => [
    html`<a href="${variantPath(ref, 'schema', name)}"><code>${name}</code></a>`,
    kind === 'entity' ? 'entity' : 'shared type',
    joined(
      stitches.map((stitch) => stitchWords(ref, stitch)),
      ', ',
    ),
  ]),
})}`;
}

function stitchWords(ref: VariantVisit['ref'], { subgraph, fields }: Row['stitches'][number]): Html {
  const told = fields.length === 0 ? 'points to it' : countOf(fields.length, 'field');
  return html`<a href="${variantPath(ref, 'subgraphs', subgraph)}">${subgraph}</a> <span class="muted">(${told})</span>`;
}
