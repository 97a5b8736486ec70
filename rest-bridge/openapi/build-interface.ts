import { fillFields } from './build-fields.ts';
import { readDiscriminator, toDiscriminator } from './discriminator.ts';
import type { Place } from './place.ts';
import type { InterfaceDefinition, TypeRef } from './schema-model.ts';
import type { Build, TypeBuilder } from './type-builder.ts';

/** An interface for a schema with a discriminator whose heirs are what its values really are. */
export function buildInterface(build: Build, heirs: readonly Place[], builder: TypeBuilder): TypeRef {
  const [schema] = build.parts;
  const { facts, wantedName, isComponent, description } = build;
  const definition = builder.define<InterfaceDefinition>((id) => ({
    kind: 'interface',
    id,
    wantedName,
    isComponent,
    description,
    fields: [],
    members: [],
    discriminator: undefined,
  }));
  builder.later(() => {
    fillFields(definition, facts, 'output', builder);
    const members = heirs.flatMap((heir) => {
      return builder.membersOf(builder.typeOf([heir], 'output', { owner: wantedName, own: 'Heir' }).type);
    });
    definition.members = members.map(({ type }) => type);
    definition.discriminator = toDiscriminator(schema && readDiscriminator(schema), members, builder.reading);
  });
  return { kind: 'named', id: definition.id };
}
