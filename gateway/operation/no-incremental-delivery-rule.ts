import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';

/** Refuses `@defer` and `@stream`, which are not delivered in parts here, in words that say so. */
export function NoIncrementalDeliveryRule(context: ValidationContext): ASTVisitor {
  return {
    Directive(node) {
      const name = node.name.value;
      if (name !== 'defer' && name !== 'stream') return;
      context.reportError(
        new GraphQLError(`Answers are not delivered in parts here. Remove @${name} and the answer comes as a whole.`, {
          nodes: node,
        }),
      );
    },
  };
}
