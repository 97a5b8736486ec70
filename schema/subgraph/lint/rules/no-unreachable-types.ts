import { isTypeDefinitionNode } from 'graphql';
import { rootTypeNames } from '../../root-types.ts';
import { createLintRule } from '../lint-rule.ts';
import { reachTypes } from '../reach-types.ts';
import { noOptions } from './no-options.ts';

export const noUnreachableTypes = createLintRule({
  id: 'no-unreachable-types',
  defaultSeverity: 'warn',
  summary: 'Every type is used by a root type or an entity.',
  options: noOptions,
  *check({ elements, keys, mentions }) {
    const types = elements.filter(({ holders }) => holders.length === 0);
    const defined = new Set(types.filter(({ node }) => isTypeDefinitionNode(node)).map(({ coordinate }) => coordinate));
    // What is only extended here is defined, and used, elsewhere.
    const extended = types.map(({ coordinate }) => coordinate).filter((name) => !defined.has(name));
    const reached = reachTypes([...rootTypeNames, ...keys.keys(), ...extended], mentions);
    for (const { node, coordinate } of types) {
      if (!isTypeDefinitionNode(node) || reached.has(coordinate)) continue;
      yield { node, coordinate, message: `No operation can reach ${coordinate}; use it or remove it.` };
    }
  },
});
