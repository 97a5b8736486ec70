const lengthMax = 100;

/** A text of the schema as it is shown in a message: quoted, on one line, and short. */
export function quote(text: string): string {
  return JSON.stringify(shorten(text));
}

/** At most 100 characters of a text. */
export function shorten(text: string): string {
  return text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
}
