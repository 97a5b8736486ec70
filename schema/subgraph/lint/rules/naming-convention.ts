import { Kind } from 'graphql';
import { z } from 'zod';
import type { ElementNode } from '../../../supergraph/elements.ts';
import { createLintRule } from '../lint-rule.ts';

const patterns = {
  camelCase: /^[a-z][a-zA-Z\d]*$/,
  PascalCase: /^[A-Z][a-zA-Z\d]*$/,
  snake_case: /^[a-z][a-z\d]*(_[a-z\d]+)*$/,
  UPPER_CASE: /^[A-Z][A-Z\d]*(_[A-Z\d]+)*$/,
} as const;

const style = z.enum(['camelCase', 'PascalCase', 'snake_case', 'UPPER_CASE', 'any']);

export const namingConvention = createLintRule({
  id: 'naming-convention',
  defaultSeverity: 'warn',
  summary: 'Names of one kind are written in one way.',
  options: z.strictObject({
    types: style.default('PascalCase'),
    FieldDefinition: style.default('camelCase'),
    InputValueDefinition: style.default('camelCase'),
    EnumValueDefinition: style.default('UPPER_CASE'),
  }),
  *check({ elements }, options) {
    for (const { node, coordinate } of elements) {
      const wanted = options[optionOf(node)];
      if (wanted === 'any' || patterns[wanted].test(node.name.value)) continue;
      yield { node, coordinate, message: `Write the name ${node.name.value} in ${wanted}.` };
    }
  },
});

function optionOf({ kind }: ElementNode) {
  const isMember =
    kind === Kind.FIELD_DEFINITION || kind === Kind.INPUT_VALUE_DEFINITION || kind === Kind.ENUM_VALUE_DEFINITION;
  return isMember ? kind : 'types';
}
