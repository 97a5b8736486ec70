import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';

/** Refuses operations of a kind that the schema does not have: graphql-js finds that out only when it runs them. */
export function OperationsHaveRootTypeRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      if (context.getSchema().getRootType(node.operation)) return;
      context.reportError(new GraphQLError(`The schema has no ${node.operation} type.`, { nodes: node }));
    },
  };
}
