import { isTypeDefinitionNode, Kind } from 'graphql';
import { z } from 'zod';
import type { SchemaElement } from '../../../supergraph/elements.ts';
import { rootTypeNames } from '../../root-types.ts';
import { createLintRule } from '../lint-rule.ts';
import type { LintedSchema } from '../linted-schema.ts';

export const requireDescription = createLintRule({
  id: 'require-description',
  defaultSeverity: 'warn',
  summary: 'Types and root fields have a description.',
  options: z.strictObject({
    types: z.boolean().default(true),
    rootField: z.boolean().default(true),
    FieldDefinition: z.boolean().default(false),
    InputValueDefinition: z.boolean().default(false),
    EnumValueDefinition: z.boolean().default(false),
  }),
  *check(schema, options) {
    const isMeant = ({ node, holders, coordinate }: SchemaElement): boolean => {
      if (isTypeDefinitionNode(node))
        return options.types && !rootTypeNames.has(coordinate) && !isStub(schema, coordinate);
      if (node.kind === Kind.FIELD_DEFINITION) {
        return options.FieldDefinition || (options.rootField && rootTypeNames.has(holders[0]?.name.value ?? ''));
      }
      return (
        (node.kind === Kind.INPUT_VALUE_DEFINITION && options.InputValueDefinition) ||
        (node.kind === Kind.ENUM_VALUE_DEFINITION && options.EnumValueDefinition)
      );
    };
    for (const element of schema.elements) {
      const { node, coordinate } = element;
      if (!isMeant(element) || ('description' in node && node.description?.value.trim())) continue;
      yield { node, coordinate, message: `Describe ${coordinate}.` };
    }
  },
});

/** Whether a type only refers to an entity of another subgraph, which describes it. */
function isStub({ types, keys }: LintedSchema, name: string): boolean {
  const key =
    keys
      .get(name)
      ?.join(' ')
      .split(/[^\w]+/) ?? [];
  const fields = types.get(name)?.fields.keys() ?? [];
  return key.length > 0 && [...fields].every((field) => key.includes(field));
}
