/** A regular expression as it stands in a source. */
export interface RegexLiteral {
  readonly line: number;
  readonly source: string;
  readonly flags: string;
}

/** What stands before a slash that divides: a value that has ended. */
const valueEnd = /(?:[\w$)\]"'`]|\+\+|--)$/;
const keywordEnd = /(?:^|[^.\w$])(?:return|case|typeof|in|of|yield|await|else|do|void|delete|throw)$/;

/** Comments, strings and regular expressions, wherever the scan stands. */
const comment = /\/\/[^\n]*|\/\*[^*]*(?:\*(?!\/)[^*]*)*\*\//y;
const string = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/sy;
const regex = /\/((?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([a-z]*)/y;

/** The regular expressions of a TypeScript source, comments and strings left out. */
export function findRegexLiterals(text: string): readonly RegexLiteral[] {
  const literals: RegexLiteral[] = [];
  /** Braces that are open in each template literal around the place. */
  const templates: number[] = [];
  let code = '';
  let index = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = index;
    const match = pattern.exec(text);
    if (match !== null) index = pattern.lastIndex;
    return match;
  };
  /** Goes through a template literal up to its end or the next expression in it. */
  const skipTemplate = () => {
    while (index < text.length) {
      const character = text[index];
      index += character === '\\' ? 2 : 1;
      if (character === '`') return;
      if (character === '$' && text[index] === '{') {
        index += 1;
        templates.push(0);
        code += '{';
        return;
      }
    }
  };
  while (index < text.length) {
    const character = text[index] ?? '';
    if (take(comment) !== null) continue;
    if (take(string) !== null) {
      code += '"';
      continue;
    }
    const before = code.trimEnd();
    const line = text.slice(0, index).split('\n').length;
    const match = character === '/' && (!valueEnd.test(before) || keywordEnd.test(before)) ? take(regex) : null;
    if (match !== null) {
      literals.push({ line, source: match[1] ?? '', flags: match[2] ?? '' });
      code += '"';
      continue;
    }
    index += 1;
    code = (code + character).slice(-40);
    if (character === '`') skipTemplate();
    const open = templates.at(-1);
    if (open === undefined) continue;
    if (character === '{') templates[templates.length - 1] = open + 1;
    if (character === '}' && open > 0) templates[templates.length - 1] = open - 1;
    if (character === '}' && open === 0) {
      templates.pop();
      code += '"';
      skipTemplate();
    }
  }
  return literals;
}
