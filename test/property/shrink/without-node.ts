import { type ASTNode, type DocumentNode, visit } from 'graphql';

/** The document once for each node that is picked, with what stands in for it; `null` takes the node out. */
export function* withoutNode(
  document: DocumentNode,
  standIns: (node: ASTNode, parent: ASTNode | readonly ASTNode[] | undefined) => readonly (ASTNode | null)[],
): Generator<DocumentNode> {
  for (let wanted = 0; ; wanted++) {
    let seen = 0;
    let found = false;
    const changed: unknown = visit(document, {
      enter(node, _key, parent) {
        if (found) return undefined;
        for (const standIn of standIns(node, parent)) {
          if (seen++ === wanted) {
            found = true;
            return standIn;
          }
        }
        return undefined;
      },
    });
    if (!found) return;
    yield changed as DocumentNode;
  }
}
