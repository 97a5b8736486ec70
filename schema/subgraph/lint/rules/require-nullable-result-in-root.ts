import { Kind } from 'graphql';
import { rootTypeNames } from '../../root-types.ts';
import { createLintRule } from '../lint-rule.ts';
import { noOptions } from './no-options.ts';

export const requireNullableResultInRoot = createLintRule({
  id: 'require-nullable-result-in-root',
  defaultSeverity: 'off',
  summary: 'Root fields of one value are nullable: the failure of one then leaves the rest of the answer.',
  options: noOptions,
  *check({ elements }) {
    for (const { node, holders, coordinate } of elements) {
      if (node.kind !== Kind.FIELD_DEFINITION || !rootTypeNames.has(holders[0]?.name.value ?? '')) continue;
      if (node.type.kind !== Kind.NON_NULL_TYPE || node.type.type.kind !== Kind.NAMED_TYPE) continue;
      yield { node, coordinate, message: `Make the result of ${coordinate} nullable.` };
    }
  },
});
