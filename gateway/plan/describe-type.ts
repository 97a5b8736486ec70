import { print } from 'graphql';
import type { CompositeType, FieldInGraph } from './model.ts';

const described = new WeakMap<CompositeType, { type: string | undefined; readonly fields: Map<string, string> }>();

function descriptionOf(type: CompositeType) {
  const known = described.get(type) ?? { type: undefined, fields: new Map<string, string>() };
  described.set(type, known);
  return known;
}

/** Which subgraphs have a type, as what, and by which keys: equal for types that can be loaded alike. */
export function describeType(type: CompositeType): string {
  const description = descriptionOf(type);
  description.type ??= [...type.graphs]
    .map(
      ([graph, { view, keys }]) =>
        `${graph} ${view === type.name ? '' : view} ${keys.map(({ text }) => text).join('|')}`,
    )
    .join('\n');
  return description.type;
}

/** Which subgraphs answer a field, and how: equal for fields that can be asked alike. */
export function describeField(type: CompositeType, name: string): string {
  const { fields } = descriptionOf(type);
  let text = fields.get(name);
  if (text === undefined) {
    const { graphs } = type.fields.get(name) ?? { graphs: new Map<string, FieldInGraph>() };
    text = [...graphs]
      .map(([graph, { type: own, requires, provides }]) =>
        [graph, own.text, requires && print(requires), provides && print(provides)].join(' '),
      )
      .join('|');
    fields.set(name, text);
  }
  return text;
}
