import { isNullSchema, isTelling } from './canonical-schema.ts';
import { readDiscriminator, toDiscriminator } from './discriminator.ts';
import { toPascalCase } from './graphql-name.ts';
import { openapiLimits } from './limits.ts';
import { mergeInputs } from './merge-inputs.ts';
import { ownText, type Place } from './place.ts';
import { joinScalars, type ScalarName } from './scalars.ts';
import { readFacts, type SchemaPart } from './schema-facts.ts';
import type { InputDefinition, TypeRef } from './schema-model.ts';
import type { Build, Hint, TypeBuilder, Typed } from './type-builder.ts';

/** The type of a value that is one of several schemas (`oneOf`, `anyOf`); nothing when there is no choice to make. */
export function buildChoice(build: Build, builder: TypeBuilder): Typed | undefined {
  for (const branches of build.facts.choices) {
    const isNullable = branches.some((branch) => isNullSchema(branch.value));
    const telling = branches.filter((branch) => !isNullSchema(branch.value) && isChoice(branch));
    if (telling.length === 0) continue;
    const members = telling.map((branch) => toMember(branch, build, builder));
    const [only] = members;
    if (only && members.length === 1) {
      const typed = builder.typeOf(only, build.use, build.hint);
      return { type: typed.type, nullable: typed.nullable || isNullable };
    }
    const typed = build.use === 'input' ? inputOf(members, build, builder) : outputOf(members, build, builder);
    return { type: typed.type, nullable: typed.nullable || isNullable };
  }
  return undefined;
}

/** Branches that only say which properties are required choose nothing that GraphQL could tell apart. */
function isChoice(branch: Place): boolean {
  return ownText(branch.value, '$ref') !== undefined || isTelling(branch.value);
}

/** A branch with what is said beside the choice, unless the branch already says it. */
function toMember(branch: Place, build: Build, builder: TypeBuilder): readonly SchemaPart[] {
  const beside = build.parts.map((part): SchemaPart => ({ ...part, isChoicesApart: true }));
  const common = [...readFacts(beside, builder.reading).properties.keys()];
  if (common.length === 0) return [branch];
  const properties = readFacts([branch], builder.reading).properties;
  return common.every((property) => properties.has(property)) ? [branch] : [branch, ...beside];
}

function outputOf(members: readonly (readonly SchemaPart[])[], build: Build, builder: TypeBuilder): Typed {
  const types = members.map((parts, index) => builder.typeOf(parts, 'output', memberHint(parts, index, build)));
  const nullable = types.some((typed) => typed.nullable);
  const objects = types.map(({ type }) => builder.membersOf(type));
  const distinct = [...new Map(objects.flat().map((member) => [member.type, member])).values()];
  const isAllObjects = objects.every((possible) => possible.length > 0);
  const [place] = build.parts;
  if (!isAllObjects || distinct.length > openapiLimits.unionMembers) {
    return { type: joinOthers(types, place, builder), nullable };
  }
  const [first] = distinct;
  if (first && distinct.length === 1) return { type: { kind: 'named', id: first.type }, nullable };
  const written = build.parts.map((part) => readDiscriminator(part)).find((found) => found !== undefined);
  const discriminator = toDiscriminator(written, distinct, builder.reading);
  if (place && !discriminator) {
    builder.reading.findings.warn(
      place,
      'Nothing says which of the schemas an object is: the one with the most fields in common is taken. Add a discriminator.',
    );
  }
  const { wantedName, isComponent, description } = build;
  const ids = distinct.map(({ type }) => type);
  const definition = builder.define((id) => ({
    kind: 'union',
    id,
    wantedName,
    isComponent,
    description,
    members: ids,
    discriminator,
  }));
  return { type: { kind: 'named', id: definition.id }, nullable };
}

function memberHint(parts: readonly SchemaPart[], index: number, build: Build): Hint {
  const title = ownText(parts[0]?.value, 'title');
  const own = (title === undefined || title.length > 40 ? '' : toPascalCase(title)) || `Option${index + 1}`;
  return { owner: own.startsWith(build.wantedName) ? '' : build.wantedName, own };
}

/** Where not all are objects, the scalar that holds all of them; lists and objects only fit into JSON. */
function joinOthers(types: readonly Typed[], place: Place | undefined, builder: TypeBuilder): TypeRef {
  const [first] = types;
  if (first && types.every(({ type }) => JSON.stringify(type) === JSON.stringify(first.type))) return first.type;
  const names = types.map(({ type }): ScalarName => {
    if (type.kind === 'scalar') return type.name;
    return type.kind === 'named' && builder.definitions[type.id]?.kind === 'enum' ? 'String' : 'JSON';
  });
  const name = joinScalars(new Set(names));
  if (name === 'JSON' && place) {
    builder.reading.findings.warn(place, 'A choice between values that no GraphQL type holds becomes JSON.');
  }
  return { kind: 'scalar', name };
}

/** GraphQL has no input unions: one input takes the properties of all members, and those that every member needs are required. */
function inputOf(members: readonly (readonly SchemaPart[])[], build: Build, builder: TypeBuilder): Typed {
  const types = members.map((parts, index) => builder.typeOf(parts, 'input', memberHint(parts, index, build)));
  const nullable = types.some((typed) => typed.nullable);
  const isAllInputs = types.every(
    ({ type }) => type.kind === 'named' && builder.definitions[type.id]?.kind === 'input',
  );
  const [place] = build.parts;
  if (!isAllInputs) return { type: joinOthers(types, place, builder), nullable };
  const { wantedName, isComponent, description } = build;
  const definition = builder.define<InputDefinition>((id) => ({
    kind: 'input',
    id,
    wantedName,
    isComponent,
    description,
    fields: [],
  }));
  builder.later(() => mergeInputs(definition, members, builder));
  return { type: { kind: 'named', id: definition.id }, nullable };
}
