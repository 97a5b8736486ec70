const none: readonly string[] = [];

/** Those of the request's variables that a fetch sends, as members of a JSON object. */
export function writeVariables(names: readonly string[], values: Readonly<Record<string, unknown>>): readonly string[] {
  if (names.length === 0) return none;
  return names.flatMap((name) => {
    const text = Object.hasOwn(values, name) ? JSON.stringify(values[name]) : undefined;
    return text === undefined ? [] : `"${name}":${text}`;
  });
}
