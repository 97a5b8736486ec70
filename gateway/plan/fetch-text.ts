import type { ArgumentNode } from 'graphql';
import { addVariables, printArgument } from './argument-text.ts';

/** The text of one fetch while it is written: what it would say at length for each of several types is said once. */
export class FetchText {
  readonly #fragments = new Map<string, string>();
  readonly #variables = new Set<string>();

  /** The name of the fragment of this text. */
  nameOf(type: string, selection: string): string {
    const text = `on ${type} ${selection}`;
    const name = this.#fragments.get(text) ?? `f${this.#fragments.size}`;
    this.#fragments.set(text, name);
    return name;
  }

  /** In parentheses, or nothing. */
  printArguments(args: readonly ArgumentNode[]): string {
    if (args.length === 0) return '';
    for (const { value } of args) addVariables(value, this.#variables);
    return `(${args.map(printArgument).join(', ')})`;
  }

  /** The names of the variables that were printed. */
  get variables(): readonly string[] {
    return [...this.#variables];
  }

  /** The definitions of the fragments, each after a space. */
  printFragments(): string {
    return Array.from(this.#fragments, ([text, name]) => ` fragment ${name} ${text}`).join('');
  }
}
