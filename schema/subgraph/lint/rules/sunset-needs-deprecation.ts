import { sunsetOf } from '../../../supergraph/sunset.ts';
import { createLintRule } from '../lint-rule.ts';
import { noOptions } from './no-options.ts';

export const sunsetNeedsDeprecation = createLintRule({
  id: 'sunset-needs-deprecation',
  defaultSeverity: 'warn',
  summary: 'What has a @sunset is @deprecated, so that clients see it in their tools.',
  options: noOptions,
  *check({ elements, applied }) {
    for (const { node, coordinate } of elements) {
      if (sunsetOf(node) === undefined || applied(node, 'deprecated').length > 0) continue;
      yield { node, coordinate, message: `Add @deprecated(reason: "...") to ${coordinate}, beside its @sunset.` };
    }
  },
});
