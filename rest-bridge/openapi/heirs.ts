import { readDiscriminator } from './discriminator.ts';
import { openapiLimits } from './limits.ts';
import { child, isObject, members, own, ownText, type Place } from './place.ts';
import type { Reading } from './reading.ts';
import type { SchemaPart } from './schema-facts.ts';

/** The components that extend a schema by `allOf`, by that schema. */
export type Heirs = ReadonlyMap<unknown, readonly Place[]>;

/** Finds the heirs of all schemas of the main document. */
export function readHeirs(reading: Reading): Heirs {
  const heirs = new Map<unknown, Place[]>();
  const components = child(reading.root, 'components');
  const schemas = child(reading.root, 'definitions') ?? (components && child(components, 'schemas'));
  for (const [, schema] of members(schemas)) {
    const parents = own(schema.value, 'allOf');
    if (!Array.isArray(parents)) continue;
    for (const [index, parent] of parents.entries()) {
      if (!isObject(parent) || ownText(parent, '$ref') === undefined) continue;
      const place = { value: parent, file: schema.file, pointer: `${schema.pointer}/allOf/${index}` };
      const target = reading.references.find(place);
      if (!target) continue;
      const known = heirs.get(target.value);
      if (known) known.push(schema);
      else heirs.set(target.value, [schema]);
    }
  }
  return heirs;
}

/** The components that a value may be instead, as the schema has a discriminator and they extend it or each other. */
export function heirsOf(parts: readonly SchemaPart[], heirs: Heirs): readonly Place[] {
  const [schema, ...others] = parts;
  if (!schema || others.length > 0 || !readDiscriminator(schema)) return [];
  const found = new Set<Place>();
  const waiting: Place[] = [schema];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const heir of heirs.get(next.value) ?? []) {
      if (found.has(heir) || found.size >= openapiLimits.unionMembers) continue;
      found.add(heir);
      waiting.push(heir);
    }
  }
  return [...found];
}
