import { Kind } from 'graphql';
import { z } from 'zod';
import { namedType } from '../../named-type.ts';
import { createLintRule } from '../lint-rule.ts';

export const inputName = createLintRule({
  id: 'input-name',
  defaultSeverity: 'off',
  summary: 'The one argument of a mutation is called input, and its type after the mutation.',
  options: z.strictObject({
    checkInputType: z.boolean().default(true),
    caseSensitiveInputType: z.boolean().default(true),
    checkMutations: z.boolean().default(true),
    checkQueries: z.boolean().default(false),
  }),
  *check({ elements }, { checkInputType, caseSensitiveInputType, checkMutations, checkQueries }) {
    const checked = new Set([...(checkMutations ? ['Mutation'] : []), ...(checkQueries ? ['Query'] : [])]);
    for (const { node, holders, coordinate } of elements) {
      const [type, field] = holders;
      if (node.kind !== Kind.INPUT_VALUE_DEFINITION || type === undefined || field === undefined) continue;
      if (!checked.has(type.name.value)) continue;
      if (node.name.value !== 'input') {
        yield { node, coordinate, message: `Put ${node.name.value} into an argument called input.` };
      }
      const wanted = `${field.name.value.charAt(0).toUpperCase()}${field.name.value.slice(1)}Input`;
      const fold = (name: string) => (caseSensitiveInputType ? name : name.toLowerCase());
      if (checkInputType && fold(namedType(node.type)) !== fold(wanted)) {
        yield { node, coordinate, message: `Give it the type ${wanted}.` };
      }
    }
  },
});
