import type { Author, Token } from './model.ts';

/** A token as the log names it. */
export function toAuthor({ id, name }: Token): Author {
  return { token: id, name };
}
