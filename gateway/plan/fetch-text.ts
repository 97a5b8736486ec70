import type { ArgumentNode } from 'graphql';
import { addVariables, printArgument } from './argument-text.ts';

/** The text of one fetch while it is written: what it would say at length for each of several types is said once. */
export class FetchText {
  /** Names, by text. */
  #fragments: Map<string, string> | undefined;
  #variables: Set<string> | undefined;

  /** The name of the fragment of this text. */
  nameOf(type: string, selection: string): string {
    this.#fragments ??= new Map();
    const text = `on ${type} ${selection}`;
    const name = this.#fragments.get(text) ?? `f${this.#fragments.size}`;
    this.#fragments.set(text, name);
    return name;
  }

  /** In parentheses, or nothing. */
  printArguments(args: readonly ArgumentNode[]): string {
    if (args.length === 0) return '';
    this.#variables ??= new Set();
    for (const { value } of args) addVariables(value, this.#variables);
    return `(${args.map(printArgument).join(', ')})`;
  }

  /** The names of the variables that were printed. */
  get variables(): readonly string[] {
    return this.#variables === undefined ? [] : [...this.#variables];
  }

  /** The definitions of the fragments, each after a space. */
  printFragments(): string {
    let text = '';
    for (const [fragment, name] of this.#fragments ?? []) text += ` fragment ${name} ${fragment}`;
    return text;
  }
}
