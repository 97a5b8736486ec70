import { readComponentName } from './component-name.ts';
import { child, members, ownText, type Place } from './place.ts';
import type { Reading } from './reading.ts';
import { readFacts, type SchemaPart } from './schema-facts.ts';
import type { Discriminator } from './schema-model.ts';

/** A possible type of a union or interface, with the schemas that it was made of. */
export interface Member {
  readonly type: number;
  readonly parts: readonly SchemaPart[];
}

/** What a schema itself says about telling its members apart (https://spec.openapis.org/oas/v3.1.1.html#discriminator-object). */
export function readDiscriminator(schema: Place): Place | undefined {
  const discriminator = child(schema, 'discriminator');
  return discriminator && propertyName(discriminator) !== undefined ? discriminator : undefined;
}

/** How the members are told apart: as the document says, else by a property that has other constants in each of them. */
export function toDiscriminator(
  written: Place | undefined,
  members: readonly Member[],
  reading: Reading,
): Discriminator | undefined {
  const property = written && propertyName(written);
  if (written === undefined || property === undefined) return guessDiscriminator(members, reading);
  const mapped = readMapping(written, reading);
  const mapping = members.flatMap(({ parts, type }) => {
    const values = [...mapped].flatMap(([value, target]) =>
      parts.some((part) => part.value === target) ? [value] : [],
    );
    return (values.length > 0 ? values : ownValues(parts, property, reading)).map((value) => ({ value, type }));
  });
  return { property, mapping };
}

function propertyName(discriminator: Place): string | undefined {
  return typeof discriminator.value === 'string' ? discriminator.value : ownText(discriminator.value, 'propertyName');
}

/** The schema that each value of the mapping means. */
function readMapping(discriminator: Place, reading: Reading): ReadonlyMap<string, unknown> {
  const targets = new Map<string, unknown>();
  for (const [value, place] of members(child(discriminator, 'mapping'))) {
    if (typeof place.value !== 'string') continue;
    const isName = /^[\w.-]+$/.test(place.value) && !/\.(?:json|ya?ml)$/.test(place.value);
    const reference = isName ? `#/components/schemas/${place.value}` : place.value;
    const target = reading.references.find({ ...place, value: { $ref: reference } });
    if (target) targets.set(value, target.value);
  }
  return targets;
}

function ownValues(parts: readonly SchemaPart[], property: string, reading: Reading): readonly string[] {
  const [part] = parts;
  const extension = ownText(part?.value, 'x-discriminator-value');
  if (extension !== undefined) return [extension];
  const constants = constantsOf(readFacts(parts, reading).properties.get(property), reading);
  const name = part && readComponentName(part);
  if (constants.length > 0 && !(name !== undefined && constants.includes(name))) return constants;
  return name === undefined ? [] : [name];
}

function guessDiscriminator(members: readonly Member[], reading: Reading): Discriminator | undefined {
  const known = members.map(({ parts, type }) => ({ type, properties: readFacts(parts, reading).properties }));
  const [first] = known;
  if (!first || known.length < 2) return undefined;
  for (const property of first.properties.keys()) {
    const mapping = known.flatMap(({ type, properties }) =>
      constantsOf(properties.get(property), reading).map((value) => ({ value, type })),
    );
    const isEveryMemberTold = new Set(mapping.map(({ type }) => type)).size === known.length;
    if (isEveryMemberTold && new Set(mapping.map(({ value }) => value)).size === mapping.length) {
      return { property, mapping };
    }
  }
  return undefined;
}

/** The strings that a property may be, when the schema lists them. */
function constantsOf(schemas: readonly Place[] | undefined, reading: Reading): readonly string[] {
  const values = schemas && readFacts(schemas, reading).enumValues;
  return values?.every((value) => typeof value === 'string') ? values : [];
}
