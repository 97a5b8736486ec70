import { Kind } from 'graphql';
import { createLintRule } from '../lint-rule.ts';
import { noOptions } from './no-options.ts';

export const noCaseInsensitiveEnumValuesDuplicates = createLintRule({
  id: 'no-case-insensitive-enum-values-duplicates',
  defaultSeverity: 'warn',
  summary: 'Values of an enum differ by more than upper and lower case.',
  options: noOptions,
  *check({ elements }) {
    const seen = new Map<string, string>();
    for (const { node, coordinate } of elements) {
      if (node.kind !== Kind.ENUM_VALUE_DEFINITION) continue;
      const folded = coordinate.toLowerCase();
      const other = seen.get(folded);
      if (other === undefined) seen.set(folded, coordinate);
      else if (other !== coordinate) {
        yield { node, coordinate, message: `${coordinate} is ${other} but for its case; remove one of them.` };
      }
    }
  },
});
