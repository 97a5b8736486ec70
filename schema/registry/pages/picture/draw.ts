import { html } from 'hono/html';
import { countOf } from '../../../checks/numbers.ts';
import type { GraphRef } from '../../../feed/graph-ref.ts';
import type { Html } from '../parts/html.ts';
import { variantPath } from '../parts/paths.ts';
import type { Column, Crossings, Row, Stitch } from './crossings.ts';

/** Lengths of the drawing, in pixels before it is zoomed. */
interface Measures {
  readonly columnWidth: number;
  readonly rowHeight: number;
  /** Where the columns begin. */
  readonly left: number;
  /** Where the rows begin, below the names of subgraphs. */
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Whether there is only room for slanted names. */
  readonly isSlanted: boolean;
}

/** So wide is a letter of the names, about. */
const letter = 7.4;
const namesMax = 34;

/** What a wide page has room for; more columns than fit are scrolled. */
const roomWidth = 1_000;

function measure({ columns, rows }: Crossings): Measures {
  const longest = (names: readonly { readonly name: string }[]) =>
    Math.min(namesMax, Math.max(8, ...names.map(({ name }) => name.length))) * letter;
  const nameLength = longest(columns);
  const isSlanted = columns.length > 9;
  const columnWidth = isSlanted
    ? Math.max(24, Math.min(56, roomWidth / columns.length))
    : Math.max(120, nameLength + 20);
  const rowHeight = rows.length > 12 ? 30 : 44;
  // A name stands before the first stitch of its row, over the threads before it.
  const overhang = rows.map(({ name, stitches }) => longest([{ name }]) - (stitches[0]?.column ?? 0) * columnWidth);
  const left = Math.max(16, ...overhang.map((length) => length + 34 - columnWidth / 2));
  const top = isSlanted ? nameLength * 0.78 + 30 : 62;
  // The last slanted name leans out to the right.
  const lean = isSlanted ? nameLength * 0.64 : 0;
  return {
    columnWidth,
    rowHeight,
    left,
    top,
    width: Math.ceil(left + columns.length * columnWidth + lean + 12),
    height: Math.ceil(top + rows.length * rowHeight + 18),
    isSlanted,
  };
}

/** Draws subgraphs as threads from top to bottom, and each type that crosses some as a seam that joins them. */
export function drawCrossings(ref: GraphRef, crossings: Crossings): Html {
  const { columns, rows } = crossings;
  const measures = measure(crossings);
  const { width, height } = measures;
  return html`<svg class="drawing" role="group" aria-labelledby="picture-title" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title id="picture-title">${countOf(rows.length, 'type')} across ${countOf(columns.length, 'subgraph')}</title>
${columns.map((column, index) => drawColumn(ref, column, { index, last: lastRowOf(rows, index) }, measures))}
${rows.map((row, index) => drawRow(ref, row, index, measures))}
</svg>`;
}

function xOf(column: number, { left, columnWidth }: Measures): number {
  return Math.round(left + (column + 0.5) * columnWidth);
}

/** The last row that has a stitch in a column; -1 for none. */
function lastRowOf(rows: readonly Row[], column: number): number {
  return rows.findLastIndex(({ stitches }) => stitches.some((stitch) => stitch.column === column));
}

interface ColumnPlace {
  readonly index: number;
  /** The row that its thread goes down to. */
  readonly last: number;
}

function drawColumn(ref: GraphRef, column: Column, { index, last }: ColumnPlace, measures: Measures): Html {
  const { name, types, shared } = column;
  const { top, rowHeight, isSlanted } = measures;
  const x = xOf(index, measures);
  const about = `${name}: ${countOf(types, 'type')}, ${shared} shared`;
  const label = isSlanted
    ? html`<text x="${x}" y="${top - 16}" transform="rotate(-50 ${x} ${top - 16})">${shorten(name)}</text>`
    : html`<text x="${x}" y="${top - 32}" text-anchor="middle">${shorten(name)}</text>
<text class="quiet" x="${x}" y="${top - 15}" text-anchor="middle">${countOf(types, 'type')}</text>`;
  return html`<g class="subgraph"><title>${about}</title>
<path class="thread" d="M${x} ${top - 8}V${Math.round(top + (last + 0.5) * rowHeight) + 12}"/>
<a href="${variantPath(ref, 'subgraphs', name)}" aria-label="${about}">${label}</a></g>
`;
}

function drawRow(ref: GraphRef, { name, kind, stitches }: Row, index: number, measures: Measures): Html {
  const { top, rowHeight, width } = measures;
  const y = Math.round(top + (index + 0.5) * rowHeight);
  const [first, last] = [stitches[0]?.column ?? 0, stitches.at(-1)?.column ?? 0];
  const about = `${name}, ${kind === 'entity' ? 'an entity' : 'a shared type'} in ${countOf(stitches.length, 'subgraph')}`;
  return html`<g class="type ${kind}"><title>${about}</title>
<rect class="row" x="4" y="${y - rowHeight / 2}" width="${width - 8}" height="${rowHeight}" rx="6"/>
<a href="${variantPath(ref, 'schema', name)}" aria-label="${about}"><text x="${xOf(first, measures) - 18}" y="${y + 4}" text-anchor="end">${shorten(name)}</text></a>
<path class="seam" d="M${xOf(first, measures)} ${y}H${xOf(last, measures)}"/>
${stitches.map((stitch) => drawStitch(name, stitch, y, measures))}</g>
`;
}

/** The more fields, the larger, as far as a row has room. */
function drawStitch(type: string, { column, subgraph, fields }: Stitch, y: number, measures: Measures): Html {
  const x = xOf(column, measures);
  const about = `${subgraph} ${toldFields(type, fields)}`;
  const isPointer = fields.length === 0;
  const radius = isPointer ? 4.5 : Math.min(11, 4.5 + Math.sqrt(fields.length) * 1.3);
  return html`<circle class="${isPointer ? 'pointer' : 'stitch'}" cx="${x}" cy="${y}" r="${radius.toFixed(1)}"><title>${about}</title></circle>`;
}

const namesShown = 12;

function toldFields(type: string, fields: readonly string[]): string {
  if (fields.length === 0) return `only points to ${type}`;
  const names = fields.slice(0, namesShown).join(', ');
  const rest = fields.length - namesShown;
  return `answers ${countOf(fields.length, 'field')} of ${type}: ${names}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function shorten(name: string): string {
  return name.length > namesMax ? `${name.slice(0, namesMax - 1)}…` : name;
}
