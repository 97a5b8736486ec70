import {
  type ASTNode,
  BREAK,
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

const emptyString = { kind: Kind.STRING, value: '', block: false } as const;

/**
 * The document with empty values in the place of its literals. What the schema names stays, such as fields of input objects and enum
 * values, and so do Booleans and null; lists keep no more than what holds variables, so that the document stays valid.
 */
export function maskLiterals(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  const typeInfo = new TypeInfo(schema);
  const typeOfInput = () => getNamedType(typeInfo.getInputType() ?? undefined);
  return visit(
    document,
    visitWithTypeInfo(typeInfo, {
      StringValue: () => emptyString,
      IntValue: (node) => ({ ...node, value: '0' }),
      FloatValue: (node) => ({ ...node, value: '0' }),
      // In a custom scalar names are somebody's data as well.
      EnumValue: () => (isEnumType(typeOfInput()) ? undefined : emptyString),
      ListValue: (node) => ({ ...node, values: node.values.filter(hasVariable) }),
      ObjectValue: (node) =>
        isInputObjectType(typeOfInput()) ? undefined : { ...node, fields: node.fields.filter(hasVariable) },
    }),
  );
}

function hasVariable(node: ASTNode): boolean {
  let found = false;
  visit(node, {
    Variable() {
      found = true;
      return BREAK;
    },
  });
  return found;
}
