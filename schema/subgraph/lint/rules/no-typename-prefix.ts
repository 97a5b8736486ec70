import { Kind } from 'graphql';
import { createLintRule } from '../lint-rule.ts';
import { noOptions } from './no-options.ts';

export const noTypenamePrefix = createLintRule({
  id: 'no-typename-prefix',
  defaultSeverity: 'warn',
  summary: 'Names of fields do not repeat the name of their type.',
  options: noOptions,
  *check({ elements }) {
    for (const { node, holders, coordinate } of elements) {
      const type = holders[0]?.name.value;
      if (node.kind !== Kind.FIELD_DEFINITION || type === undefined) continue;
      if (!node.name.value.toLowerCase().startsWith(type.toLowerCase())) continue;
      yield { node, coordinate, message: `Leave ${type} out of the name ${node.name.value}.` };
    }
  },
});
