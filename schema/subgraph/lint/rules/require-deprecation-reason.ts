import { readString } from '../../../supergraph/directive.ts';
import { createLintRule } from '../lint-rule.ts';
import { noOptions } from './no-options.ts';

export const requireDeprecationReason = createLintRule({
  id: 'require-deprecation-reason',
  defaultSeverity: 'warn',
  summary: 'What is deprecated says why, or what to use instead.',
  options: noOptions,
  *check({ elements, applied }) {
    for (const { node, coordinate } of elements) {
      const silent = applied(node, 'deprecated').filter((directive) => !readString(directive, 'reason')?.trim());
      if (silent.length > 0) {
        yield { node, coordinate, message: `Say what to use instead of ${coordinate}: @deprecated(reason: "...").` };
      }
    }
  },
});
