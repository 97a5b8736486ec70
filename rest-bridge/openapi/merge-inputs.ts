import { isVisible, toIdentifier } from './build-fields.ts';
import { toFieldName, toPascalCase } from './graphql-name.ts';
import { openapiLimits } from './limits.ts';
import { ownText, type Place } from './place.ts';
import { readFacts, type SchemaPart } from './schema-facts.ts';
import type { InputDefinition } from './schema-model.ts';
import type { TypeBuilder, Typed } from './type-builder.ts';
import { UniqueNames } from './unique-names.ts';

/** Gives an input the properties of several schemas: required where all need it, JSON where they disagree about the type. */
export function mergeInputs(
  definition: InputDefinition,
  members: readonly (readonly SchemaPart[])[],
  builder: TypeBuilder,
): void {
  const facts = members.map((parts) => readFacts(parts, builder.reading));
  const schemas = new Map<string, (readonly Place[])[]>();
  for (const { properties } of facts) {
    for (const [property, places] of properties) {
      if (!isVisible(places, 'input', builder.reading)) continue;
      const known = schemas.get(property);
      if (known) known.push(places);
      else if (schemas.size < openapiLimits.fields) schemas.set(property, [places]);
    }
  }
  const names = new UniqueNames();
  for (const [property, alternatives] of schemas) {
    const hint = { owner: definition.wantedName, own: toPascalCase(property) || 'Field' };
    const types = alternatives.map((places) => builder.typeOf(places, 'input', hint));
    const { type, nullable } = joinEqual(types);
    const name = names.take(toFieldName(property));
    definition.fields.push({
      name,
      restName: name === property ? undefined : property,
      type: toIdentifier(name, type),
      nonNull: !nullable && facts.every(({ required }) => required.has(property)),
      description: ownText(alternatives[0]?.[0]?.value, 'description'),
      deprecated: false,
    });
  }
}

function joinEqual(types: readonly Typed[]): Typed {
  const [first] = types;
  const isOne = types.every(({ type }) => JSON.stringify(type) === JSON.stringify(first?.type));
  return {
    type: first && isOne ? first.type : { kind: 'scalar', name: 'JSON' },
    nullable: types.some(({ nullable }) => nullable),
  };
}
