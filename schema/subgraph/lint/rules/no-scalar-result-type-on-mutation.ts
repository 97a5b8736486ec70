import { Kind } from 'graphql';
import { namedType } from '../../named-type.ts';
import { createLintRule } from '../lint-rule.ts';
import { noOptions } from './no-options.ts';

export const noScalarResultTypeOnMutation = createLintRule({
  id: 'no-scalar-result-type-on-mutation',
  defaultSeverity: 'off',
  summary: 'Mutations answer objects, which can be added to.',
  options: noOptions,
  *check({ elements, types }) {
    for (const { node, holders, coordinate } of elements) {
      if (node.kind !== Kind.FIELD_DEFINITION || holders[0]?.name.value !== 'Mutation') continue;
      const { kind = 'leaf' } = types.get(namedType(node.type)) ?? {};
      if (kind === 'leaf') yield { node, coordinate, message: `Let ${coordinate} answer an object type.` };
    }
  },
});
