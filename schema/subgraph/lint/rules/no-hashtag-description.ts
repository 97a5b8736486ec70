import { TokenKind } from 'graphql';
import { createLintRule } from '../lint-rule.ts';
import { noOptions } from './no-options.ts';

export const noHashtagDescription = createLintRule({
  id: 'no-hashtag-description',
  defaultSeverity: 'warn',
  summary: 'What describes a definition is a description, which clients see, and not a comment, which nobody sees.',
  options: noOptions,
  *check({ elements }) {
    for (const { node, coordinate } of elements) {
      const start = node.loc?.startToken;
      const comment = start?.prev;
      if (start === undefined || comment?.kind !== TokenKind.COMMENT || 'description' in node === false) continue;
      if (node.description !== undefined || comment.line !== start.line - 1) continue;
      // After something on its line, a comment is about that.
      if (comment.prev?.line === comment.line && comment.prev.kind !== TokenKind.SOF) continue;
      yield { node, coordinate, message: `Write the comment above ${coordinate} in """ as its description.` };
    }
  },
});
