import { html } from 'hono/html';
import type { GraphRef } from '../../../feed/graph-ref.ts';
import type { OutlineField } from '../../outline/outline.ts';
import { type Html, joined } from '../parts/html.ts';
import { variantPath } from '../parts/paths.ts';

/** The page of a coordinate: of an argument, the one of its field. */
export function coordinatePath(ref: GraphRef, coordinate: string): string {
  const [type = '', field] = (coordinate.split('(')[0] ?? '').split('.');
  return field === undefined ? variantPath(ref, 'schema', type) : variantPath(ref, 'schema', type, field);
}

/** The type of a field, such as `[User!]!`, where its name leads to its page. */
export function typeLink(ref: GraphRef, { type, typeName }: Pick<OutlineField, 'type' | 'typeName'>): Html {
  const start = type.indexOf(typeName);
  const name = builtIn.has(typeName)
    ? typeName
    : html`<a href="${variantPath(ref, 'schema', typeName)}">${typeName}</a>`;
  return html`<code class="type">${type.slice(0, start)}${name}${type.slice(start + typeName.length)}</code>`;
}

const builtIn = new Set(['ID', 'String', 'Int', 'Float', 'Boolean']);

/** Names of subgraphs as links, by commas. */
export function subgraphLinks(ref: GraphRef, names: readonly string[]): Html {
  return joined(
    names.map((name) => html`<a href="${variantPath(ref, 'subgraphs', name)}">${name}</a>`),
    ', ',
  );
}
