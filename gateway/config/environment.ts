/** A text with its `${NAME}` replaced, or what is wrong with one of them. `whole` is the variable that is all of the text. */
export type Substitution =
  | { readonly kind: 'plain' }
  | { readonly kind: 'replaced'; readonly text: string; readonly whole: string | undefined }
  | { readonly kind: 'broken'; readonly message: string };

type Environment = Readonly<Record<string, string | undefined>>;

const reference = /^([A-Za-z_][A-Za-z0-9_]*)(:-)?/;

/**
 * Replaces `${NAME}` and `${NAME:-default}` by environment variables; `$${` stands for `${`. As in a shell the default is
 * used when the variable is missing or empty. What a variable holds is taken as it is: nothing in it is replaced again.
 */
export function substituteEnvironment(text: string, environment: Environment): Substitution {
  if (!text.includes('${')) return { kind: 'plain' };
  let result = '';
  let rest = 0;
  for (let start = text.indexOf('${'); start !== -1; start = text.indexOf('${', rest)) {
    if (start > rest && text[start - 1] === '$') {
      result += `${text.slice(rest, start - 1)}\${`;
      rest = start + 2;
      continue;
    }
    const end = text.indexOf('}', start);
    const inside = end === -1 ? '' : text.slice(start + 2, end);
    const [head, name, withDefault] = reference.exec(inside) ?? [];
    if (head === undefined || name === undefined || (withDefault === undefined && head !== inside)) {
      return {
        kind: 'broken',
        message: `has a \${ that is not \${NAME} or \${NAME:-default}; $\${ stands for \${ itself`,
      };
    }
    const value = lookUp(environment, name, withDefault === undefined ? undefined : inside.slice(head.length));
    if (value === undefined)
      return { kind: 'broken', message: `needs the environment variable ${name}, which is not set` };
    result += text.slice(rest, start) + value;
    rest = end + 1;
    if (start === 0 && rest === text.length) return { kind: 'replaced', text: value, whole: name };
  }
  return { kind: 'replaced', text: result + text.slice(rest), whole: undefined };
}

function lookUp(environment: Environment, name: string, fallback: string | undefined): string | undefined {
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  return fallback !== undefined && (value === undefined || value === '') ? fallback : value;
}
