import { type ConstDirectiveNode, type DocumentNode, visit } from 'graphql';
import { readString } from '../../schema/supergraph/directive.ts';

/**
 * The names of fields that graphql-tools reads from objects by itself: those of keys and of what is required, and `__typename`. There may
 * be more, such as names of types.
 */
export function readKeyFields(supergraph: DocumentNode): ReadonlySet<string> {
  const names = new Set(['__typename']);
  visit(supergraph, {
    Directive(node) {
      if (node.name.value !== 'join__type' && node.name.value !== 'join__field') return;
      for (const argument of ['key', 'requires']) {
        const fieldSet = readString(node as ConstDirectiveNode, argument) ?? '';
        for (const name of fieldSet.match(/\w+/g) ?? []) names.add(name);
      }
    },
  });
  return names;
}
