import {
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** An interface of hundreds of types multiplies what is selected; what stands in the document comes first. */
const coordinatesMost = 2_000;

/**
 * What of the schema a document uses, in order: fields, also those of the types that an interface stands for, arguments, input fields and
 * enum values that are given, directives, and the types of fragments and inputs.
 *
 * @see https://spec.graphql.org/draft/#sec-Schema-Coordinates
 */
export function listCoordinates(schema: GraphQLSchema, document: DocumentNode): readonly string[] {
  const found = new Set<string>();
  const implied = new Set<string>();
  const typeInfo = new TypeInfo(schema);
  const typeOfInput = () => getNamedType(typeInfo.getInputType() ?? undefined);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field({ name, arguments: given = [] }) {
        const parent = typeInfo.getParentType();
        if (!parent || parent.name.startsWith('__') || name.value.startsWith('__')) return;
        const note = (owner: string, into: Set<string>) => {
          const field = `${owner}.${name.value}`;
          into.add(field);
          for (const argument of given) into.add(`${field}(${argument.name.value}:)`);
        };
        note(parent.name, found);
        for (const owner of implementationsOf(schema, parent)) {
          if (implied.size < coordinatesMost) note(owner, implied);
        }
      },
      NamedType({ name }) {
        const type = schema.getType(name.value);
        if (type && !isSpecifiedScalarType(type) && !type.name.startsWith('__')) found.add(type.name);
      },
      ObjectValue() {
        const type = typeOfInput();
        if (isInputObjectType(type)) found.add(type.name);
      },
      ObjectField({ name }) {
        const type = getNamedType(typeInfo.getParentInputType() ?? undefined);
        if (isInputObjectType(type)) found.add(`${type.name}.${name.value}`);
      },
      EnumValue() {
        const value = typeInfo.getEnumValue();
        if (value) found.add(`${typeOfInput()?.name}.${value.name}`);
      },
      Directive({ name, arguments: given = [] }) {
        const directive = typeInfo.getDirective();
        if (!directive || isSpecifiedDirective(directive)) return;
        found.add(`@${name.value}`);
        for (const argument of given) found.add(`@${name.value}(${argument.name.value}:)`);
      },
    }),
  );
  return [...new Set([...found, ...implied])].slice(0, coordinatesMost).sort();
}

function implementationsOf(schema: GraphQLSchema, type: GraphQLCompositeType): readonly string[] {
  if (!isInterfaceType(type)) return [];
  const { objects, interfaces } = schema.getImplementations(type);
  return [...objects, ...interfaces].map(({ name }) => name);
}
