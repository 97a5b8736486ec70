import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from 'graphql';
import type { CaseOperation } from '../case.ts';
import type { Dice } from './dice.ts';
import { InputWriter } from './input-writer.ts';

/** A random operation that is valid for the schema. */
export function generateOperation(dice: Dice, schema: GraphQLSchema): CaseOperation {
  return new OperationWriter(dice, schema).write();
}

/** What stands under a response key already: https://spec.graphql.org/draft/#sec-Field-Selection-Merging */
interface Taken {
  readonly parent: GraphQLCompositeType;
  readonly field: string;
  readonly args: string;
  readonly shape: string;
  readonly below: Scope;
}

type Scope = Map<string, Taken[]>;

interface NamedFragment {
  readonly name: string;
  readonly condition: GraphQLCompositeType;
  readonly scope: Scope;
  readonly text: string;
}

const deepest = 5;

class OperationWriter {
  readonly #dice: Dice;
  readonly #schema: GraphQLSchema;
  readonly #inputs: InputWriter;
  readonly #fragments: NamedFragment[] = [];
  #aliases = 0;
  /** Selections that may still be written: what keeps an operation readable. */
  #budget: number;

  constructor(dice: Dice, schema: GraphQLSchema) {
    this.#dice = dice;
    this.#schema = schema;
    this.#inputs = new InputWriter(dice);
    this.#budget = dice.pick([6, 12, 25, 50]);
  }

  write(): CaseOperation {
    const mutation = this.#schema.getMutationType();
    const isMutation = mutation && this.#dice.chance(20);
    const root = isMutation ? mutation : this.#schema.getQueryType();
    if (!root) throw new Error('The schema has no query type.');
    const body = this.#selections(root, new Map(), 0);
    const fragments = this.#fragmentsIn(body);
    const { declarations, variables, others } = this.#inputs.spokenIn([body, ...fragments].join('\n'));
    const name = declarations.length > 0 || this.#dice.chance(30) ? ' Q' : '';
    const head = `${isMutation ? 'mutation' : 'query'}${name}${declarations.length > 0 ? `(${declarations.join(', ')})` : ''}`;
    return {
      text: [`${head} ${body}`, ...fragments].join('\n'),
      variables,
      ...(declarations.length > 0 ? { others } : {}),
    };
  }

  /** The texts of the fragments that a text spreads, through others too. */
  #fragmentsIn(text: string, found = new Set<string>()): readonly string[] {
    for (const fragment of this.#fragments) {
      if (found.has(fragment.text) || !new RegExp(`\\.\\.\\.${fragment.name}\\b`).test(text)) continue;
      found.add(fragment.text);
      this.#fragmentsIn(fragment.text, found);
    }
    return [...found];
  }

  #selections(type: GraphQLCompositeType, scope: Scope, depth: number): string {
    const lines: string[] = [];
    const count = this.#dice.int(1, depth === 0 ? 5 : 4);
    for (let number = 0; number < count && (number === 0 || this.#budget > 0); number++) {
      this.#budget--;
      lines.push(this.#selection(type, scope, depth));
    }
    const indent = '  '.repeat(depth + 1);
    return `{\n${lines.map((line) => `${indent}${line}`).join('\n')}\n${'  '.repeat(depth)}}`;
  }

  #selection(type: GraphQLCompositeType, scope: Scope, depth: number): string {
    const roll = this.#dice.int(0, 99);
    if (type === this.#schema.getQueryType() && roll > 96) return this.#introspection(type, scope);
    if (roll < 8) return this.#typename(type, scope);
    const fragmentShare = isAbstractType(type) ? 60 : 14;
    if (depth < deepest && roll < 8 + fragmentShare) return this.#fragment(type, scope, depth);
    return this.#field(type, scope, depth) ?? this.#typename(type, scope);
  }

  #typename(type: GraphQLCompositeType, scope: Scope): string {
    return this.#claim(scope, '__typename', {
      parent: type,
      field: '__typename',
      args: '',
      shape: 'String!',
      below: new Map(),
    }).text;
  }

  #introspection(parent: GraphQLCompositeType, scope: Scope): string {
    const asks = this.#dice.pick([
      { field: '__schema', args: '', body: '{ queryType { name } }' },
      { field: '__type', args: `(name: "${parent.name}")`, body: '{ kind fields { name isDeprecated } }' },
      { field: '__type', args: '(name: "Nothing")', body: '{ kind }' },
    ]);
    const taken = { parent, field: asks.field, args: asks.args, shape: asks.field, below: new Map() };
    return `${this.#claim(scope, asks.field, taken).text}${asks.args} ${asks.body}`;
  }

  #fragment(type: GraphQLCompositeType, scope: Scope, depth: number): string {
    const conditions = this.#overlapping(type);
    const condition = this.#dice.pick(conditions);
    const directives = this.#conditions();
    if (this.#dice.chance(25)) {
      const known = this.#fragments.filter((one) => conditions.includes(one.condition));
      const fragment =
        known.length > 0 && this.#dice.chance(50) ? this.#dice.pick(known) : this.#define(condition, depth);
      if (canMergeScopes(scope, fragment.scope)) {
        mergeScopes(scope, fragment.scope);
        return `...${fragment.name}${directives}`;
      }
    }
    const on = condition === type && this.#dice.chance(30) ? '' : ` on ${condition.name}`;
    return `...${on}${directives} ${this.#selections(condition, scope, depth + 1)}`;
  }

  #define(condition: GraphQLCompositeType, depth: number): NamedFragment {
    const scope: Scope = new Map();
    const selections = this.#selections(condition, scope, Math.max(depth, 2));
    const name = `F${this.#fragments.length}`;
    const fragment = { name, condition, scope, text: `fragment ${name} on ${condition.name} ${selections}` };
    this.#fragments.push(fragment);
    return fragment;
  }

  /** Types that a fragment may name where this type is. */
  #overlapping(type: GraphQLCompositeType): readonly GraphQLCompositeType[] {
    const objects = this.#objectsOf(type);
    const others = Object.values(this.#schema.getTypeMap()).filter(
      (one): one is GraphQLCompositeType => isCompositeType(one) && !one.name.startsWith('__'),
    );
    const overlapping = others.filter((one) => this.#objectsOf(one).some((object) => objects.includes(object)));
    return overlapping.length === 0 ? [type] : overlapping;
  }

  #objectsOf(type: GraphQLCompositeType): readonly GraphQLObjectType[] {
    return isAbstractType(type) ? this.#schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
  }

  #field(type: GraphQLCompositeType, scope: Scope, depth: number): string | undefined {
    if (isUnionType(type)) return undefined;
    const all = Object.values(type.getFields());
    const fields =
      depth >= deepest || this.#budget <= 0 ? all.filter(({ type: of }) => !isCompositeType(getNamedType(of))) : all;
    if (fields.length === 0) return undefined;
    const field = this.#dice.pick(fields);
    const args = this.#arguments(field);
    const named = getNamedType(field.type);
    const taken = { parent: type, field: field.name, args, shape: shapeOf(field.type), below: new Map() };
    const { text, below } = this.#claim(scope, field.name, taken);
    const head = `${text}${args}${this.#conditions()}`;
    return isCompositeType(named) ? `${head} ${this.#selections(named, below, depth + 1)}` : head;
  }

  /** A response key for a field, the same as another one's where that is allowed. */
  #claim(scope: Scope, name: string, taken: Taken): { readonly text: string; readonly below: Scope } {
    const names = [name, this.#dice.pick(['x', 'y', '_z', 'constructor', '__proto__', name])];
    const wanted = this.#dice.chance(75) ? names : names.reverse();
    for (const key of wanted) {
      const others = scope.get(key) ?? [];
      if (!others.every((other) => canMerge(other, taken))) continue;
      const below = others[0]?.below ?? taken.below;
      scope.set(key, [...others, { ...taken, below }]);
      return { text: key === name ? name : `${key}: ${name}`, below };
    }
    const key = `alias${this.#aliases++}`;
    scope.set(key, [taken]);
    return { text: `${key}: ${name}`, below: taken.below };
  }

  #arguments({ args }: GraphQLField<unknown, unknown>): string {
    const given = args.filter((argument) => isRequiredArgument(argument) || this.#dice.chance(60));
    if (given.length === 0) return '';
    return `(${given.map((argument: GraphQLArgument) => `${argument.name}: ${this.#inputs.value(argument)}`).join(', ')})`;
  }

  #conditions(): string {
    return ['skip', 'include']
      .filter(() => this.#dice.chance(6))
      .map((name) => ` @${name}(if: ${this.#inputs.condition(name === 'include')})`)
      .join('');
  }
}

function canMerge(a: Taken, b: Taken): boolean {
  if (a.shape !== b.shape) return false;
  if (a.parent !== b.parent && isObjectType(a.parent) && isObjectType(b.parent)) return true;
  return a.field === b.field && a.args === b.args;
}

/** What is below a key is one scope for all that stand there. */
function canMergeScopes(a: Scope, b: Scope): boolean {
  return [...b].every(([key, ones]) => {
    const others = a.get(key);
    if (others === undefined) return true;
    if (!ones.every((one) => others.every((other) => canMerge(other, one)))) return false;
    return canMergeScopes(belowOf(others), belowOf(ones));
  });
}

function mergeScopes(target: Scope, source: Scope): void {
  for (const [key, ones] of source) {
    const known = target.get(key) ?? [];
    const below: Scope = known[0]?.below ?? new Map();
    mergeScopes(below, belowOf(ones));
    target.set(key, [...known, ...ones.map((one) => ({ ...one, below }))]);
  }
}

function belowOf([first]: readonly Taken[]): Scope {
  return first?.below ?? new Map();
}

/** Equal for types whose answers can be merged. */
function shapeOf(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  return isCompositeType(named) ? String(type).replace(named.name, '*') : String(type);
}
