import type { InputRuleConfig, SignatureName } from '../../config/input-rules.ts';
import { compilePattern, type Effort, type LinearPattern } from '../../lib/linear-pattern/linear-pattern.ts';
import { createSignature } from './signatures.ts';

/** What a text can break of a rule; `effort` when finding out would take too long. */
export type Breach = 'maxLength' | 'pattern' | SignatureName | 'effort';

/** A rule of the configuration, ready to be held against texts. */
export interface InputRule {
  readonly at: string;
  readonly maxLength: number | undefined;
  readonly pattern: LinearPattern | undefined;
  readonly signatures: ReadonlyMap<SignatureName, LinearPattern>;
}

/** Prepares a rule. @throws Error when its pattern cannot be used; the configuration was not checked then */
export function createInputRule({ at, maxLength, pattern, signatures = [] }: InputRuleConfig): InputRule {
  const compiled = pattern === undefined ? undefined : compilePattern(pattern);
  if (compiled?.kind === 'failed') throw new Error(`The pattern of the input rule for ${at} ${compiled.message}.`);
  return {
    at,
    maxLength,
    pattern: compiled?.pattern,
    signatures: new Map(signatures.map((name) => [name, createSignature(name)])),
  };
}

/** What a text breaks of a rule. */
export function findBreach(text: string, rule: InputRule, effort: Effort): Breach | undefined {
  const { maxLength, pattern } = rule;
  if (maxLength !== undefined && isLonger(text, maxLength)) return 'maxLength';
  const matches = pattern === undefined || pattern.test(text, effort);
  if (matches === undefined) return 'effort';
  return matches ? findSignature(text, rule, effort) : 'pattern';
}

/** The signature of a rule that a text has. */
export function findSignature(text: string, { signatures }: InputRule, effort: Effort): Breach | undefined {
  for (const [name, signature] of signatures) {
    const found = signature.test(text, effort);
    if (found === undefined) return 'effort';
    if (found) return name;
  }
  return undefined;
}

/** Characters, not the units of UTF-16: of those a character has one or two. */
function isLonger(text: string, most: number): boolean {
  if (text.length <= most) return false;
  if (text.length > 2 * most) return true;
  let count = 0;
  for (const _character of text) count += 1;
  return count > most;
}
