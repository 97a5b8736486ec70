/** Text as a string of GraphQL on one line; half characters, which GraphQL refuses, are replaced. */
export function quote(text: string): string {
  return JSON.stringify(toWellFormed(text));
}

/** Text without half characters (lone surrogates). */
export function toWellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}
