import {
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLType,
  getNamedType,
  isCompositeType,
  isInputObjectType,
} from 'graphql';
import { DirectiveError } from '../rest-problem.ts';
import { isBytesScalar } from '../sdl/create-scalar.ts';
import { type Expression, parseTemplate } from '../sdl/parse-template.ts';
import type { InputModel } from '../values/input-model.ts';
import type { SourceModel, SourcePath } from '../values/source-model.ts';
import { isAbsent, toText } from '../values/to-text.ts';

/** What the templates of one call are filled from. */
export interface TemplateInputs {
  /** Coerced arguments, by their GraphQL names. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The object that the field belongs to, or the entity to load. */
  readonly source: unknown;
  /** The entities to load in one call. */
  readonly sources: readonly unknown[];
}

/** An expression, bound to the types it reads from. */
export interface Binding {
  /** What clients and teams know the value as. */
  readonly name: string;
  readonly root: Expression['root'];
  /** Whether the value is bytes, written as base64. */
  readonly isBytes: boolean;
  /** Whether the value is an object by its type. */
  readonly isObject: boolean;
  readonly read: (inputs: TemplateInputs) => unknown;
}

/** A template, ready to be filled. */
export interface BoundTemplate {
  readonly parts: readonly (string | Binding)[];
  /** The value: of its own type when the template is one expression, else text; `undefined` or `null` when a part is absent. */
  readonly fill: (inputs: TemplateInputs) => unknown;
}

/** Where a template stands, and so what it may name. */
export interface TemplatePlace {
  readonly parent: GraphQLNamedType;
  readonly args: readonly GraphQLArgument[];
  readonly roots: readonly Expression['root'][];
  /** Paths of the fields that `{$key}` and `{$keys}` without a field stand for. */
  readonly keyFields: readonly (readonly string[])[];
}

/** Binds templates at one place, and remembers which paths of the parent or entity they read. */
export class TemplateBinder {
  readonly #place: TemplatePlace;
  readonly #sources: SourceModel;
  readonly #inputs: InputModel;
  /** By path. */
  readonly sourcePaths = new Map<string, SourcePath>();
  /** Paths used with `$key` and `$keys`. */
  readonly keyPaths = new Set<string>();
  /** Whether `$keys` is used. */
  usesKeys = false;

  constructor(place: TemplatePlace, sources: SourceModel, inputs: InputModel) {
    this.#place = place;
    this.#sources = sources;
    this.#inputs = inputs;
  }

  /** @throws DirectiveError when the template is not one, or names what is not there. */
  bind(text: string): BoundTemplate {
    const parts = parseTemplate(text).map((part) => (typeof part === 'string' ? part : this.#bindExpression(part)));
    const [only] = parts;
    if (parts.length === 1 && only !== undefined && typeof only !== 'string') return { parts, fill: only.read };
    return { parts, fill: (inputs) => fillText(parts, inputs) };
  }

  #bindExpression({ root, path, text }: Expression): Binding {
    const { parent, args, roots, keyFields } = this.#place;
    if (!roots.includes(root)) {
      throw new DirectiveError(`"{${text}}" cannot be used here; use ${roots.map((name) => `$${name}`).join(', ')}.`);
    }
    if (root === 'args') {
      const { type, read } = this.#inputs.compilePath(args, path);
      return { ...traits(type, path), name: path.join('.') || '$args', root, read: (inputs) => read(inputs.args) };
    }
    if (root === 'keys') this.usesKeys = true;
    const isWholeKey = path.length === 0 && root !== 'this';
    const sourcePaths = (isWholeKey ? keyFields : [path]).map((field) => this.#sources.compilePath(parent, field));
    for (const sourcePath of sourcePaths) {
      this.sourcePaths.set(sourcePath.text, sourcePath);
      if (root !== 'this') this.keyPaths.add(sourcePath.text);
    }
    const [only] = sourcePaths;
    const read = isWholeKey || !only ? (source: unknown) => readKey(source, sourcePaths) : only.read;
    return {
      ...traits(isWholeKey ? undefined : only?.type, path),
      name: path.join('.') || '$key',
      root,
      read: root === 'keys' ? (inputs) => inputs.sources.map(read) : (inputs) => read(inputs.source),
    };
  }
}

function readKey(source: unknown, fields: readonly SourcePath[]): unknown {
  const key: Record<string, unknown> = Object.create(null);
  for (const { restPath, read } of fields) setAt(key, restPath, read(source));
  return key;
}

function setAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name, ...rest] = path;
  if (name === undefined) return;
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  const below: Record<string, unknown> = Object.assign(Object.create(null), target[name]);
  target[name] = below;
  setAt(below, rest, value);
}

function fillText(parts: readonly (string | Binding)[], inputs: TemplateInputs): string | undefined {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const value = part.read(inputs);
    if (isAbsent(value)) return undefined;
    text += Array.isArray(value) ? value.map(toText).join(',') : toText(value);
  }
  return text;
}

function traits(type: GraphQLType | undefined, path: readonly string[]): Pick<Binding, 'isBytes' | 'isObject'> {
  if (!type) return { isBytes: false, isObject: path.length === 0 };
  const named = getNamedType(type);
  return {
    isBytes: isBytesScalar(named.name),
    isObject: isInputObjectType(named) || isCompositeType(named),
  };
}
