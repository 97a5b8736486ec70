import { toEnumValueName } from './graphql-name.ts';
import { openapiLimits } from './limits.ts';
import { printPlace } from './place.ts';
import { joinScalars, type ScalarName, toScalar } from './scalars.ts';
import type { TypeRef } from './schema-model.ts';
import type { Build, TypeBuilder } from './type-builder.ts';
import { UniqueNames } from './unique-names.ts';

/**
 * The type of a value that is one of a list: an enum for texts, else the scalar of the values. One text alone is a constant and stays String.
 * Enums that are written where they are used and agree in property name and values are one type.
 */
export function buildEnum(build: Build, values: readonly unknown[], builder: TypeBuilder): TypeRef {
  const texts = values.filter((value) => typeof value === 'string');
  if (texts.length !== values.length) return { kind: 'scalar', name: scalarOf(build, values) };
  const distinct = [...new Set(texts)];
  const [place] = build.parts;
  if (distinct.length > openapiLimits.enumValues && place) {
    builder.reading.findings.warn(place, `More than ${openapiLimits.enumValues} values; the enum becomes String.`);
  }
  if (distinct.length === 1 || distinct.length > openapiLimits.enumValues) return { kind: 'scalar', name: 'String' };
  const key = build.isComponent && place ? printPlace(place) : `${build.hint.own}:${JSON.stringify(distinct)}`;
  const known = builder.enums.get(key);
  if (known !== undefined) {
    shareName(known, build, builder);
    return { kind: 'named', id: known };
  }
  const names = new UniqueNames();
  const { wantedName, isComponent, description } = build;
  const definition = builder.define((id) => ({
    kind: 'enum',
    id,
    wantedName,
    isComponent,
    description,
    values: distinct.map((value) => {
      const name = names.take(toEnumValueName(value));
      return { name, restName: name === value ? undefined : value };
    }),
  }));
  builder.enums.set(key, definition.id);
  return { kind: 'named', id: definition.id };
}

/** An enum that several types use is named after the property alone. */
function shareName(id: number, { hint, isComponent }: Build, builder: TypeBuilder): void {
  const definition = builder.definitions[id];
  const isOfOneOwner = definition?.wantedName === `${hint.owner}${hint.own}`;
  if (definition && !isComponent && !isOfOneOwner && hint.own !== '') definition.wantedName = hint.own;
}

function scalarOf({ facts }: Build, values: readonly unknown[]): ScalarName {
  const numbers = values.filter((value) => typeof value === 'number');
  const names = values.map((value) => {
    const type = typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
    return toScalar(type, facts.format, numbers);
  });
  return joinScalars(new Set(names));
}
