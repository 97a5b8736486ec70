import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { Dice } from './dice.ts';

/** Writes values of arguments, as literals and as variables that it declares. */
export class InputWriter {
  readonly declarations: string[] = [];
  readonly variables: Record<string, unknown> = {};
  /** Values of another request for the same operation. */
  readonly others: Record<string, unknown> = {};
  readonly #dice: Dice;
  /** Variables for `@skip` and `@include`, by name. */
  readonly #flags: string[] = [];

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  /** What must be declared for a text, and the values for it. */
  spokenIn(text: string): Pick<InputWriter, 'declarations' | 'variables' | 'others'> {
    const isSpoken = (name: string) => new RegExp(`\\$${name}\\b`).test(text);
    const spoken = (values: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(Object.entries(values).filter(([name]) => isSpoken(name)));
    return {
      declarations: this.declarations.filter((declaration) => isSpoken(/\w+/.exec(declaration)?.[0] ?? '')),
      variables: spoken(this.variables),
      others: spoken(this.others),
    };
  }

  value({ type, defaultValue }: GraphQLArgument): string {
    return this.#dice.chance(40) ? this.#variable(type, defaultValue !== undefined) : this.#literal(type, true);
  }

  /** `usual` is the value that keeps what is asked for. */
  condition(usual: boolean): string {
    if (this.#dice.chance(20)) return String(this.#dice.chance(60) ? usual : !usual);
    if (this.#flags.length > 0 && this.#dice.chance(50)) return `$${this.#dice.pick(this.#flags)}`;
    const name = `c${this.#flags.length}`;
    this.#flags.push(name);
    if (this.#dice.chance(20)) {
      this.declarations.push(`$${name}: Boolean = ${this.#dice.chance(50)}`);
      for (const values of [this.variables, this.others]) {
        if (this.#dice.chance(40)) values[name] = this.#dice.chance(50);
      }
    } else {
      this.declarations.push(`$${name}: Boolean!`);
      for (const values of [this.variables, this.others]) values[name] = this.#dice.chance(60) ? usual : !usual;
    }
    return `$${name}`;
  }

  #variable(type: GraphQLInputType, hasDefault: boolean): string {
    const name = `v${this.declarations.length}`;
    const declared = isNonNullType(type) && hasDefault && this.#dice.chance(50) ? type.ofType : type;
    const roll = this.#dice.int(0, 99);
    const isOptional = !isNonNullType(declared);
    if (roll < 20) {
      this.declarations.push(`$${name}: ${declared} = ${this.#literal(declared, false)}`);
      for (const values of [this.variables, this.others]) {
        if (this.#dice.chance(40)) values[name] = this.#json(declared);
      }
    } else {
      this.declarations.push(`$${name}: ${declared}`);
      for (const values of [this.variables, this.others]) {
        if (!isOptional || this.#dice.chance(80)) values[name] = this.#json(declared);
      }
    }
    return `$${name}`;
  }

  #literal(type: GraphQLInputType, withVariables: boolean): string {
    return this.#print(type, this.#json(type), withVariables);
  }

  #print(type: GraphQLInputType, value: unknown, withVariables: boolean): string {
    if (value === null) return 'null';
    if (isNonNullType(type)) return this.#print(type.ofType, value, withVariables);
    if (isListType(type)) {
      if (!Array.isArray(value)) return this.#print(type.ofType, value, withVariables);
      return `[${value.map((item: unknown) => this.#nested(type.ofType, item, withVariables)).join(', ')}]`;
    }
    if (isInputObjectType(type)) {
      const fields = type.getFields();
      const members = Object.entries(value as Record<string, unknown>).map(([name, member]) => {
        const field = fields[name] as GraphQLInputField;
        const needed = type.isOneOf ? `${field.type}!` : String(field.type);
        return `${name}: ${this.#nested(field.type, member, withVariables, needed)}`;
      });
      return `{${members.join(', ')}}`;
    }
    return isEnumType(type) ? String(value) : printJson(value);
  }

  /** A variable inside a list or object, now and then. */
  #nested(type: GraphQLInputType, value: unknown, withVariables: boolean, declared = String(type)): string {
    if (!withVariables || !this.#dice.chance(15)) return this.#print(type, value, withVariables);
    const name = `v${this.declarations.length}`;
    this.declarations.push(`$${name}: ${declared}`);
    this.variables[name] = value;
    this.others[name] = declared.endsWith('!') ? this.#present(type) : this.#json(type);
    return `$${name}`;
  }

  #json(type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return this.#present(type.ofType);
    return this.#dice.chance(12) ? null : this.#present(type);
  }

  #present(type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return this.#present(type.ofType);
    if (isListType(type)) {
      return Array.from({ length: this.#dice.int(0, 2) }, () => this.#json(type.ofType));
    }
    if (isInputObjectType(type)) return this.#object(Object.values(type.getFields()), type.isOneOf);
    if (isEnumType(type)) return this.#dice.pick(type.getValues()).name;
    switch (type.name) {
      case 'Int':
        return this.#dice.int(0, 20);
      case 'Float':
        return this.#dice.int(0, 20) / 4;
      case 'Boolean':
        return this.#dice.chance(50);
      case 'ID':
      case 'String':
        return this.#dice.pick(['', 'a', 'b "c"', 'd\n\u00e9']);
      default:
        return this.#dice.pick([1, 'a', [null, { b: [] }], { c: { d: true }, e: null }]);
    }
  }

  #object(fields: readonly GraphQLInputField[], isOneOf: boolean): unknown {
    if (isOneOf) {
      const field = this.#dice.pick(fields);
      return { [field.name]: this.#present(field.type) };
    }
    const given = fields.filter(
      (field) => (isNonNullType(field.type) && field.defaultValue === undefined) || this.#dice.chance(60),
    );
    return Object.fromEntries(given.map((field) => [field.name, this.#json(field.type)]));
  }
}

/** A value of a custom scalar as a literal. */
function printJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${name}: ${printJson(member)}`);
  return `{${members.join(', ')}}`;
}
