import { html } from 'hono/html';
import { countOf } from '../../../checks/numbers.ts';

/** Text that is HTML already: what `html` makes, which escapes all that is put into it. */
export type Html = ReturnType<typeof html>;

/** Joins pieces with something between them. */
export function joined(pieces: readonly unknown[], between: unknown): Html {
  return html`${pieces.map((piece, index) => (index === 0 ? piece : html`${between}${piece}`))}`;
}

/** Pieces by commas; of more than `most`, how many more there are. */
export function listed(pieces: readonly unknown[], most: number): Html {
  const rest = pieces.length - most;
  return html`${joined(pieces.slice(0, most), ', ')}${rest > 0 && ` and ${countOf(rest, 'more', 'more')}`}`;
}
