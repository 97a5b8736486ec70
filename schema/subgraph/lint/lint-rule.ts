import type { z } from 'zod';
import type { ElementNode } from '../../supergraph/elements.ts';
import type { LintFinding, LintSeverity } from './lint-finding.ts';
import type { LintedSchema } from './linted-schema.ts';

/** What a rule does not like. */
interface Flaw extends Pick<LintFinding, 'coordinate' | 'message'> {
  readonly node: ElementNode;
}

/** Looks for flaws of one kind. */
export type LintCheck = (schema: LintedSchema) => Iterable<Flaw>;

/** One rule, ready to be given its options. */
export interface LintRule {
  /** That of `@graphql-eslint` where it has the rule. */
  readonly id: string;
  readonly defaultSeverity: LintSeverity | 'off';
  /** A sentence: what it asks for. */
  readonly summary: string;
  /** Makes the check of options as JSON, or says what is wrong with them. */
  readonly withOptions: (options: unknown) => LintCheck | { readonly issues: readonly z.core.$ZodIssue[] };
}

interface LintRuleSource<Options> extends Omit<LintRule, 'withOptions'> {
  /** Takes `{}`. */
  readonly options: z.ZodType<Options>;
  readonly check: (schema: LintedSchema, options: Options) => Iterable<Flaw>;
}

/** Makes a rule whose options are checked before it gets them. */
export function createLintRule<Options>({ options, check, ...rule }: LintRuleSource<Options>): LintRule {
  return {
    ...rule,
    withOptions: (given) => {
      const parsed = options.safeParse(given);
      return parsed.success ? (schema) => check(schema, parsed.data) : { issues: parsed.error.issues };
    },
  };
}
