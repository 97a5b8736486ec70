import type { Definition, Field, InterfaceDefinition } from './schema-model.ts';

/**
 * Makes every object of an interface have the interface's fields as the interface has them, as GraphQL asks for
 * (https://spec.graphql.org/October2021/#IsValidImplementation()); a field that a member lacks leaves the interface.
 */
export function alignInterfaces(definitions: readonly Definition[]): void {
  for (const definition of definitions) {
    if (definition.kind === 'interface') align(definition, definitions);
  }
}

function align(definition: InterfaceDefinition, definitions: readonly Definition[]): void {
  const members = definition.members.flatMap((id) => {
    const member = definitions[id];
    return member?.kind === 'object'
      ? [{ member, fields: new Map(member.fields.map((field) => [field.name, field])) }]
      : [];
  });
  for (const { member } of members)
    if (!member.interfaces.includes(definition.id)) member.interfaces.push(definition.id);
  const kept: Field[] = [];
  for (const field of definition.fields) {
    const matching = members.flatMap(({ fields }) => fields.get(field.name) ?? []);
    if (matching.length < members.length) continue;
    for (const other of matching) other.type = field.type;
    field.nonNull = matching.every(({ nonNull }) => nonNull);
    kept.push(field);
  }
  definition.fields.splice(0, definition.fields.length, ...kept);
}
