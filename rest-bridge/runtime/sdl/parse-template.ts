import { DirectiveError } from '../rest-problem.ts';

/** `{$args.filter.from}`: where a value of a template comes from. */
export interface Expression {
  readonly root: 'args' | 'this' | 'key' | 'keys';
  readonly path: readonly string[];
  /** As written, without the braces. */
  readonly text: string;
}

/** Literal text and expressions, in turn. */
export type TemplatePart = string | Expression;

const expression = /^\$(args|this|keys|key)((?:\.[_A-Za-z][_0-9A-Za-z]*)*)$/;

/**
 * Splits a template of `@rest` into its literal text and its expressions; `{` without `$` is literal.
 *
 * @throws DirectiveError when an expression does not end or is not one.
 */
export function parseTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let position = 0;
  for (let open = text.indexOf('{$'); open !== -1; open = text.indexOf('{$', position)) {
    const close = text.indexOf('}', open);
    if (close === -1) throw new DirectiveError(`"${text}" has an expression without its closing brace.`);
    if (open > position) parts.push(text.slice(position, open));
    parts.push(parseExpression(text.slice(open + 1, close)));
    position = close + 1;
  }
  if (position < text.length) parts.push(text.slice(position));
  return parts;
}

function parseExpression(text: string): Expression {
  const match = expression.exec(text);
  const root = match?.[1];
  if (root !== 'args' && root !== 'this' && root !== 'key' && root !== 'keys') {
    throw new DirectiveError(
      `"{${text}}" is not an expression; write {$args.name}, {$this.field}, {$key.field} or {$keys.field}.`,
    );
  }
  return { root, path: match?.[2]?.split('.').slice(1) ?? [], text };
}
