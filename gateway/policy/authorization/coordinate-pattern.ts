/** Compiles a pattern such as `User`, `User.email`, `Query.admin*` or `*.ssn`; it matches whole coordinates in linear time. */
export function createCoordinateMatcher(pattern: string): (type: string, field: string | undefined) => boolean {
  const [typePattern = '', fieldPattern] = pattern.split('.');
  const matchesType = createNameMatcher(typePattern);
  if (fieldPattern === undefined) return (type, field) => field === undefined && matchesType(type);
  const matchesField = createNameMatcher(fieldPattern);
  return (type, field) => field !== undefined && matchesType(type) && matchesField(field);
}

function createNameMatcher(pattern: string): (name: string) => boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return (name) => name === pattern;
  return (name) => {
    if (!name.startsWith(head)) return false;
    let from = head.length;
    for (const part of rest) {
      const found = name.indexOf(part, from);
      if (found < 0) return false;
      from = found + part.length;
    }
    return name.length - tail.length >= from && name.endsWith(tail);
  };
}
