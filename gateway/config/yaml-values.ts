import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
} from 'yaml';
import type { ValuePath, ValueProblem } from './problem.ts';
import { createMapping, type Mapping } from './values.ts';

/** A place in a file; both count from 1. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** What a YAML text holds, with the place of everything in it. */
export interface YamlValues {
  /** Mappings, lists and scalars; an empty value and `null` are read as `undefined`, that is as not given. */
  readonly root: unknown;
  /** The place of a key or value, or of the nearest thing around it that stands in the text. */
  readonly placeOf: (path: ValuePath, at: 'key' | 'value') => Place;
  /** Problems of the syntax: with any of them `root` is not to be used. */
  readonly syntaxProblems: readonly (Place & { readonly message: string })[];
  readonly problems: readonly ValueProblem[];
}

/** Far above any real file; a chain of aliases can ask for more values than fit into memory. */
const maxValues = 100_000;
const maxDepth = 64;

/** Reads YAML 1.2 (https://yaml.org/spec/1.2.2/): one document, no tags, no merge keys. */
export function parseYaml(text: string): YamlValues {
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    const document = parseDocument<Node>(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
    const syntaxProblems = firstOfEachLine(
      [...document.errors, ...document.warnings].map((error) => ({
        ...place(error.pos[0]),
        message: hint(text, error.pos[0]) ?? describeSyntax(error),
      })),
    );
    const walk = new YamlWalk();
    const root = syntaxProblems.length === 0 ? walk.read(document.contents, []) : undefined;
    return {
      root,
      placeOf: (path, at) => place(walk.offsetOf(path, at)),
      syntaxProblems,
      problems: walk.problems,
    };
  } catch (error) {
    // The parser is recursive: brackets nested thousands deep exhaust the stack before any limit of ours is asked.
    if (!(error instanceof RangeError)) throw error;
    return {
      root: undefined,
      placeOf: () => ({ line: 1, column: 1 }),
      syntaxProblems: [{ line: 1, column: 1, message: 'The file is nested too deeply.' }],
      problems: [],
    };
  }
}

/** One mistake mostly makes the parser stumble several times in its line. */
function firstOfEachLine<Problem extends Place>(problems: readonly Problem[]): readonly Problem[] {
  const lines = new Set<number>();
  return problems.filter(({ line }) => !lines.has(line) && lines.add(line));
}

/** The parser's words without the piece of text that some of them quote, which could be a secret. */
function describeSyntax({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return 'The file must hold one document, not several.';
  if (message.includes('call stack')) return 'The file is nested too deeply.';
  const [words = ''] = message.split(': "', 1);
  return `${words.replace(/\.$/, '')}.`;
}

/** The one mistake that the parser's own words do not explain: `{ port: ${PORT} }` is nested mappings to YAML. */
function hint(text: string, offset: number): string | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const line = text.slice(start, end === -1 ? undefined : end);
  const inner = line.slice(line.search(/[{,[]|$/) + 1);
  return /[^"']\$\{/.test(inner)
    ? `Inside { } and [ ] a value with \${...} needs quotes around it: "\${NAME}".`
    : undefined;
}

/** One walk over the nodes of a document, in its order. */
class YamlWalk {
  readonly problems: ValueProblem[] = [];
  readonly #offsets = new Map<string, { readonly key: number; readonly value: number }>();
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #values = 0;

  read(node: Node | null | undefined, path: ValuePath): unknown {
    this.#values += 1;
    if (this.#values > maxValues) {
      if (this.#values === maxValues + 1)
        this.#report([], `The file holds more than ${maxValues} values, aliases followed.`);
      return undefined;
    }
    if (isAlias(node)) return this.#readAlias(node.source, path);
    if (node?.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return node.value ?? undefined;
    if (!isMap(node) && !isSeq(node)) return undefined;
    if (path.length >= maxDepth) {
      this.#report(path, 'is nested too deeply');
      return undefined;
    }
    this.#open.add(node);
    const value = isMap(node)
      ? this.#readMapping(node.items as Pair<Node, Node | null>[], path)
      : node.items.map((item, index) => {
          const itemPath = [...path, index];
          const offset = (item as Node).range?.[0] ?? 0;
          this.#offsets.set(JSON.stringify(itemPath), { key: offset, value: offset });
          return this.read(item as Node, itemPath);
        });
    this.#open.delete(node);
    return value;
  }

  /** The offset in the text of a key or value, or of the nearest thing around it. */
  offsetOf(path: ValuePath, at: 'key' | 'value'): number {
    const found = this.#offsets.get(JSON.stringify(path));
    if (found !== undefined) return found[at];
    return path.length === 0 ? 0 : this.offsetOf(path.slice(0, -1), 'key');
  }

  #readAlias(name: string, path: ValuePath): unknown {
    const target = this.#anchors.get(name);
    if (target !== undefined && !this.#open.has(target)) return this.read(target, path);
    this.#report(path, target === undefined ? 'is an alias of nothing' : 'is an alias of something that holds it');
    return undefined;
  }

  #readMapping(pairs: readonly Pair<Node, Node | null>[], path: ValuePath): Mapping {
    const mapping = createMapping();
    for (const { key, value } of pairs) {
      const offset = key.range?.[0] ?? 0;
      if (!isScalar(key)) {
        this.#report(path, 'has a key that is not a word');
        continue;
      }
      const name = String(key.value);
      const keyPath = [...path, name];
      if (name in mapping) {
        this.problems.push({ path: keyPath, at: 'key', message: 'is given twice' });
        this.#offsets.set(JSON.stringify(keyPath), { key: offset, value: offset });
        continue;
      }
      this.#offsets.set(JSON.stringify(keyPath), { key: offset, value: value?.range?.[0] ?? offset });
      if (name === '__proto__') this.#report(keyPath, 'is not a name that can be used');
      else mapping[name] = this.read(value, keyPath);
    }
    return mapping;
  }

  #report(path: ValuePath, message: string): void {
    this.problems.push({ path, at: 'key', message });
  }
}
