import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { Effort } from '../../lib/linear-pattern/linear-pattern.ts';
import type { InputModel } from './input-model.ts';
import { type Breach, findBreach, findSignature, type InputRule } from './input-rule.ts';

/** A rule that a value breaks, and where; never the value. */
export interface InputFinding {
  readonly coordinate: string;
  readonly rule: InputRule;
  readonly breach: Breach;
}

/** What a place is called in a finding about a rule, or in general. */
export type Naming = (rule?: InputRule) => string;

/** Stands in a value for a variable whose value is not known yet. */
export class VariableUse {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

export interface InputCheckOptions {
  readonly model: InputModel;
  /** After so many findings it gives up. */
  readonly findingsMax: number;
  readonly effort: Effort;
  /** Told of a variable within a value, and of the rules that its own type does not know of. */
  readonly onVariable?: (name: string, rules: readonly InputRule[], naming: Naming) => void;
}

/** Holds values against the rules for their types, and against those for the places that they stand in. */
export class InputCheck {
  readonly #options: InputCheckOptions;
  readonly #findings = new Map<string, InputFinding>();

  constructor(options: InputCheckOptions) {
    this.#options = options;
  }

  /** Each once. */
  get findings(): readonly InputFinding[] {
    return [...this.#findings.values()];
  }

  /** @param rules for the place that the value stands in, and for those around it */
  check(value: unknown, type: GraphQLInputType, rules: readonly InputRule[], naming: Naming): void {
    if (value === null || value === undefined || this.#isFull) return;
    if (value instanceof VariableUse) {
      this.#options.onVariable?.(value.name, rules, naming);
    } else if (isNonNullType(type)) {
      this.check(value, type.ofType, rules, naming);
    } else if (rules.length === 0 && !this.#options.model.hasRulesWithin(type)) {
      return;
    } else if (isListType(type)) {
      const items: readonly unknown[] = Array.isArray(value) ? value : [value];
      for (const item of items) this.check(item, type.ofType, rules, naming);
    } else if (isInputObjectType(type)) {
      this.#checkObject(value, type, rules);
    } else if (!isEnumType(type)) {
      // In a document an ID may be a number, which is the text of its digits all the same.
      const text = typeof value === 'number' && type.name === 'ID' ? String(value) : value;
      this.#checkScalar(text, join(rules, this.#options.model.ofType(type)), naming);
    }
  }

  #checkObject(value: unknown, type: GraphQLInputObjectType, rules: readonly InputRule[]): void {
    if (!isRecord(value)) return;
    const { model } = this.#options;
    const all = join(rules, model.ofType(type));
    const fields = type.getFields();
    for (const [name, inner] of Object.entries(value)) {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field === undefined) continue;
      const own = join(all, model.ofInputField(type.name, name));
      this.check(inner, field.type, own, () => `${type.name}.${name}`);
    }
  }

  /** A custom scalar may hold anything. */
  #checkScalar(value: unknown, rules: readonly InputRule[], naming: Naming): void {
    if (this.#isFull) return;
    if (typeof value === 'string') {
      for (const rule of rules) this.#note(rule, findBreach(value, rule, this.#options.effort), naming);
    } else if (value instanceof VariableUse) {
      this.#options.onVariable?.(value.name, rules, naming);
    } else if (Array.isArray(value)) {
      for (const item of value) this.#checkScalar(item, rules, naming);
    } else if (isRecord(value)) {
      for (const [name, inner] of Object.entries(value)) {
        for (const rule of rules) this.#note(rule, findSignature(name, rule, this.#options.effort), naming);
        this.#checkScalar(inner, rules, naming);
      }
    }
  }

  get #isFull(): boolean {
    return this.#findings.size >= this.#options.findingsMax;
  }

  #note(rule: InputRule, breach: Breach | undefined, naming: Naming): void {
    if (breach === undefined || this.#isFull) return;
    const coordinate = naming(rule);
    this.#findings.set(`${coordinate} ${rule.at} ${breach}`, { coordinate, rule, breach });
  }
}

function join(rules: readonly InputRule[], more: readonly InputRule[]): readonly InputRule[] {
  if (more.length === 0) return rules;
  return rules.length === 0 ? more : [...new Set([...rules, ...more])];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
