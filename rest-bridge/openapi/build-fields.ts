import { toFieldName, toPascalCase } from './graphql-name.ts';
import { own, ownText, type Place } from './place.ts';
import type { Reading } from './reading.ts';
import type { SchemaFacts } from './schema-facts.ts';
import type { InputDefinition, InterfaceDefinition, ObjectDefinition, TypeRef } from './schema-model.ts';
import type { TypeBuilder, Use } from './type-builder.ts';
import { UniqueNames } from './unique-names.ts';

/** Whether a property is seen: what is read-only is not sent, what is write-only does not come back. */
export function isVisible(schemas: readonly Place[], use: Use, reading: Reading): boolean {
  const hidden = use === 'input' ? 'readOnly' : 'writeOnly';
  return !schemas.some((place) => {
    if (own(place.value, hidden) === true) return true;
    return own(reading.references.find(place)?.value, hidden) === true;
  });
}

/** Makes a field of each property that is seen. */
export function fillFields(
  definition: ObjectDefinition | InputDefinition | InterfaceDefinition,
  facts: SchemaFacts,
  use: Use,
  builder: TypeBuilder,
): void {
  const names = new UniqueNames();
  for (const [property, schemas] of facts.properties) {
    if (!isVisible(schemas, use, builder.reading)) continue;
    const hint = { owner: definition.wantedName, own: toPascalCase(property) || 'Field' };
    const { type, nullable } = builder.typeOf(schemas, use, hint);
    const name = names.take(toFieldName(property));
    const nonNull = facts.required.has(property) && !nullable;
    definition.fields.push({
      name,
      restName: name === property ? undefined : property,
      type: toIdentifier(name, type),
      nonNull,
      description: describe(schemas, use),
      deprecated: schemas.some((place) => own(place.value, 'deprecated') === true) && (use === 'output' || !nonNull),
    });
  }
}

/** A text named `id` is an identifier. */
export function toIdentifier(name: string, type: TypeRef): TypeRef {
  return name === 'id' && type.kind === 'scalar' && type.name === 'String' ? { kind: 'scalar', name: 'ID' } : type;
}

/** A default is told and not set: sent with every partial update it would undo what others changed. */
function describe(schemas: readonly Place[], use: Use): string | undefined {
  const description = schemas.map((place) => ownText(place.value, 'description')).find((text) => text !== undefined);
  const value = schemas.map((place) => own(place.value, 'default')).find((item) => item !== undefined && item !== null);
  if (use === 'output' || value === undefined || typeof value === 'object') return description;
  return [description, `Default: ${String(value)}`].filter((text) => text !== undefined).join('\n\n');
}
