import { sunsetOf } from '../../../supergraph/sunset.ts';
import { createLintRule } from '../lint-rule.ts';
import { noOptions } from './no-options.ts';

export const requireDeprecationDate = createLintRule({
  id: 'require-deprecation-date',
  defaultSeverity: 'off',
  summary: 'What is deprecated says with @sunset when it may be gone.',
  options: noOptions,
  *check({ elements, applied }) {
    for (const { node, coordinate } of elements) {
      if (applied(node, 'deprecated').length === 0 || sunsetOf(node) !== undefined) continue;
      yield { node, coordinate, message: `Say when ${coordinate} may be gone: @sunset(on: "2027-01-31").` };
    }
  },
});
