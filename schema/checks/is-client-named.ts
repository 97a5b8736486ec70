/**
 * Whether a client is meant by a pattern: `name` of any version, or `name@version`, where `*` stands for any characters.
 * Takes time in proportion to the text times the stars, whatever the pattern.
 */
export function isClientNamed(
  { name, version }: { readonly name: string; readonly version: string },
  pattern: string,
): boolean {
  return matches(name, pattern) || matches(`${name}@${version}`, pattern);
}

function matches(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
