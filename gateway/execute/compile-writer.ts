import type { GraphQLLeafType } from 'graphql';
import type { AnswerField, AnswerObjects, AnswerType } from './answer-shape.ts';
import { type Data, linkOf } from './links.ts';
import { type WriteLeaf, writerOf } from './write-leaf.ts';

/**
 * Writes an answer without errors. `isPlain` says that no text in it needs to be escaped. `undefined` when something is not as it should be, and has to be completed step by step.
 */
export type WriteAnswer = (root: Data, isPlain: boolean) => string | undefined;

/**
 * Compiles the shape of an answer to a function that writes it as JSON. Its source holds names of the supergraph only; what clients send,
 * such as aliases, is handed to it as values. Where Node must not make code from text (`--disallow-code-generation-from-strings`), all is
 * completed step by step.
 */
export function compileWriter(shape: AnswerObjects): WriteAnswer {
  try {
    return compile(shape);
  } catch (error) {
    if (error instanceof EvalError || error instanceof TooLongError) return () => undefined;
    throw error;
  }
}

function compile(shape: AnswerObjects): WriteAnswer {
  const source = new WriterSource();
  const root = source.objects(shape, true);
  const names = source.values.map((_, index) => `v${index}`);
  const body = `'use strict';
let failed = false;
let plain = false;
const holders = [];
const symbols = [];
const keep = (h, symbol, text) => { holders.push(h); symbols.push(symbol); h[symbol] = text; return text; };
const forget = () => { for (let i = 0; i < holders.length; i++) holders[i][symbols[i]] = undefined; holders.length = 0; symbols.length = 0; };
const fail = () => { failed = true; return ''; };
${source.functions.join('\n')}
return (root, isPlain) => { failed = false; plain = isPlain; const text = ${root}(root); forget(); return failed ? undefined : text; };`;
  return new Function(...names, body)(...source.values);
}

/** More would keep all clients waiting while they are compiled; 500 fields come to a thousand. */
const functionsMost = 3_000;

class TooLongError extends Error {}

const safeName = /^[_A-Za-z][_0-9A-Za-z]*$/;

function isTypename({ shape }: AnswerField): boolean {
  return shape.source === undefined;
}

/** Whether a field is one text, of a type that is nothing else. */
function isText(field: AnswerField | undefined): boolean {
  return field?.shape.source !== undefined && field.type.leaf !== undefined && isTextType(field.type.leaf);
}

function isTextType({ name }: GraphQLLeafType): boolean {
  return name === 'String' || name === 'ID';
}

/** The functions of a writer, one for each place of objects, list and object type, and the values that they use. */
class WriterSource {
  readonly functions: string[] = [];
  readonly values: unknown[] = [];
  readonly #names = new Map<unknown, string>();

  /** The name of a function that writes objects; it is the same for all fields that share them. */
  objects(objects: AnswerObjects, isRoot = false): string {
    const name = this.#names.get(objects) ?? this.#objects(objects, isRoot);
    this.#names.set(objects, name);
    return name;
  }

  #objects({ typename, cases, fieldsOf }: AnswerObjects, isRoot: boolean): string {
    if (typename.kind === 'constant') return this.#object(fieldsOf(typename.name) ?? [], typename.name, isRoot);
    const [only] = cases;
    if (only?.types === undefined) return this.#object(only?.fields ?? [], undefined, isRoot);
    const branches = cases.flatMap(({ types = [], fields }) => {
      // Written alike but for the names of the types, which can be many.
      const writer = fields.some(isTypename) ? undefined : this.#object(fields, undefined, isRoot);
      return types.map((name) => {
        return `case ${this.#value(name)}: return ${writer ?? this.#object(fields, name, isRoot)}(o);`;
      });
    });
    const holder = typename.link === undefined ? 'o' : `o[${this.#value(linkOf(typename.link))}]`;
    const type = `${holder}${typename.link === undefined ? '.' : '?.'}${this.#member(typename.key)}`;
    return this.#function('o', `switch (${type}) { ${branches.join(' ')} default: return fail(); }`);
  }

  /** Fields in a row that hang on the same link are written together, and once for each object that hangs there. */
  #object(fields: readonly AnswerField[], type: string | undefined, isRoot: boolean): string {
    const parts: string[] = [];
    for (let start = 0; start < fields.length; ) {
      const link = fields[start]?.shape.source?.link;
      let end = start + 1;
      while (end < fields.length && fields[end]?.shape.source?.link === link) end += 1;
      const run = fields.slice(start, end);
      const fieldsWriter = this.#fields(run, type, start === 0 ? '{' : ',');
      if (link === undefined) parts.push(`${fieldsWriter}(o)`);
      else parts.push(this.#linked(run, fieldsWriter, link, { isShared: !isRoot, isFirst: start === 0 }));
      start = end;
    }
    return this.#function('o', parts.length === 0 ? "return '{}';" : `return ${parts.join(' + ')} + '}';`);
  }

  #linked(
    fields: readonly AnswerField[],
    fieldsWriter: string,
    link: number,
    { isShared, isFirst }: { readonly isShared: boolean; readonly isFirst: boolean },
  ): string {
    const nulls = fields.map(({ shape }) => `${JSON.stringify(shape.key)}:null`).join(',');
    const canBeNull = fields.every(({ type }) => !type.isNonNull);
    // Where nothing was found, all is null.
    const absent = canBeNull ? this.#value(`${isFirst ? '{' : ','}${nulls}`) : 'fail()';
    const text = this.#value(Symbol('text'));
    const present = isShared ? `h[${text}] ?? keep(h, ${text}, ${fieldsWriter}(h))` : `${fieldsWriter}(h)`;
    const holder = this.#value(linkOf(link));
    return `${this.#function('o', `const h = o[${holder}]; return h === undefined ? ${absent} : ${present};`)}(o)`;
  }

  #fields(fields: readonly AnswerField[], type: string | undefined, opening: string): string {
    const lines: string[] = [];
    for (let start = 0; start < fields.length; ) {
      let end = start;
      while (end < fields.length && isText(fields[end])) end += 1;
      const before = start === 0 ? opening : ',';
      if (end > start) lines.push(this.#texts(fields.slice(start, end), before));
      else lines.push(this.#field(fields[start], type, before));
      start = Math.max(end, start + 1);
    }
    return this.#function('o', `let s = ''; let f; ${lines.join('\n')} return s;`);
  }

  #field(field: AnswerField | undefined, type: string | undefined, opening: string): string {
    if (field === undefined) return '';
    const { key, source } = field.shape;
    const before = this.#value(`${opening}${JSON.stringify(key)}:`);
    if (source === undefined)
      return `s += ${before} + ${type === undefined ? 'fail()' : this.#value(JSON.stringify(type))};`;
    return `f = o.${this.#member(source.key)}; s += ${before} + ${this.#written(field.type, field, 'f')};`;
  }

  /** Texts in a row, which are most of what there is, are written with as few pieces as can be. */
  #texts(fields: readonly AnswerField[], opening: string): string {
    const names = fields.map((_, index) => `t${index}`);
    const values = fields.map(({ shape }) => `o.${this.#member(shape.source?.key ?? '')}`);
    const pieces = fields.map(({ shape: { key } }, index) => {
      const before = index === 0 ? opening : '",';
      return `${this.#value(`${before}${JSON.stringify(key)}:"`)} + ${names[index]}`;
    });
    const plainly = names.map((name) => `typeof ${name} === 'string'`).join(' && ');
    const singly = fields.map((field, index) => this.#field(field, undefined, index === 0 ? opening : ','));
    return `{ const ${names.map((name, index) => `${name} = ${values[index]}`).join(', ')};
if (plain && ${plainly}) s += ${pieces.join(' + ')} + '"';
else { ${singly.join(' ')} } }`;
  }

  /** An expression for a value as JSON. */
  #written(type: AnswerType, field: AnswerField, value: string): string {
    const whenNull = type.isNonNull ? 'fail()' : "'null'";
    return `(${value} === null ? ${whenNull} : ${this.#nullable(type, field)}(${value}))`;
  }

  #nullable({ items, leaf }: AnswerType, field: AnswerField): string {
    if (items !== undefined) {
      const item = this.#written(items, field, 'v');
      return this.#function(
        'l',
        `if (!Array.isArray(l)) return fail(); const n = l.length; if (n === 0) return '[]'; let v = l[0]; let s = '[' + ${item}; for (let i = 1; i < n; i++) { v = l[i]; s += ',' + ${item}; } return s + ']';`,
      );
    }
    if (leaf !== undefined) return this.#leaf(writerOf(leaf), leaf);
    if (field.objects === undefined) return 'fail';
    const writer = this.objects(field.objects);
    return this.#function(
      'o',
      `return typeof o === 'object' && !Array.isArray(o) && o !== undefined ? ${writer}(o) : fail();`,
    );
  }

  #leaf(write: WriteLeaf, type: GraphQLLeafType): string {
    const known = this.#names.get(type);
    if (known !== undefined) return known;
    const plainly = isTextType(type) ? `if (plain && typeof x === 'string') return '"' + x + '"'; ` : '';
    const name = this.#function(
      'x',
      `${plainly}const t = ${this.#value(write)}(x); return t === undefined ? fail() : t;`,
    );
    this.#names.set(type, name);
    return name;
  }

  /** What a fetch asks for is named after the supergraph's fields. */
  #member(key: string): string {
    if (!safeName.test(key)) throw new Error(`"${key}" is no name.`);
    return key;
  }

  #value(value: unknown): string {
    const known = typeof value === 'string' || typeof value === 'symbol' ? this.#names.get(value) : undefined;
    if (known !== undefined) return known;
    const name = `v${this.values.length}`;
    this.values.push(value);
    this.#names.set(value, name);
    return name;
  }

  #function(parameter: string, body: string): string {
    if (this.functions.length >= functionsMost) throw new TooLongError();
    const name = `w${this.functions.length}`;
    this.functions.push(`function ${name}(${parameter}) { ${body} }`);
    return name;
  }
}
