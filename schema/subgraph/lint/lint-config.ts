import { z } from 'zod';
import type { LintSeverity } from './lint-finding.ts';
import type { LintCheck } from './lint-rule.ts';
import { lintRules } from './lint-rules.ts';
import { nearestId } from './nearest-id.ts';

/** Which rules look at a subgraph, made by `parseLintConfig`. */
export interface LintConfig {
  readonly checks: readonly { readonly rule: string; readonly severity: LintSeverity; readonly check: LintCheck }[];
}

/** Something wrong with the configuration of lint. */
interface LintConfigProblem {
  /** Such as `naming-convention` or `naming-convention.types`. */
  readonly path: string;
  readonly message: string;
}

export type ParsedLintConfig =
  | { readonly kind: 'parsed'; readonly config: LintConfig }
  | { readonly kind: 'failed'; readonly problems: readonly LintConfigProblem[] };

/**
 * The form of the configuration: by rule a severity, or a list of a severity and the rule's options, such as
 * `{ "require-description": "error", "naming-convention": ["warn", { "types": "PascalCase" }] }`.
 */
const lintConfigSchema = z.record(
  z.string(),
  z.union([
    z.enum(['off', 'warn', 'error']),
    z.tuple([z.enum(['off', 'warn', 'error']), z.record(z.string(), z.unknown())]),
  ]),
);

/** Reads the configuration, as JSON; rules that it does not name are as they are by default. */
export function parseLintConfig(input: unknown): ParsedLintConfig {
  const parsed = lintConfigSchema.safeParse(input);
  if (!parsed.success) {
    const message = 'must be off, warn or error, or a list of one of them and the options';
    return failed(parsed.error.issues.map(({ path }) => ({ path: path.map(String).join('.'), message })));
  }
  const chosen = new Map(Object.entries(parsed.data));
  const problems = [...chosen.keys()].filter((id) => lintRules.every((rule) => rule.id !== id)).map(toUnknown);
  const checks = lintRules.flatMap(({ id, defaultSeverity, withOptions }): LintConfig['checks'] => {
    const choice = chosen.get(id) ?? defaultSeverity;
    const [severity, options] = typeof choice === 'string' ? [choice, {}] : choice;
    const check = withOptions(options);
    if ('issues' in check) {
      problems.push(
        ...check.issues.map(({ path, message }) => ({ path: [id, ...path].map(String).join('.'), message })),
      );
      return [];
    }
    return severity === 'off' ? [] : [{ rule: id, severity, check }];
  });
  return problems.length > 0 ? failed(problems) : { kind: 'parsed', config: { checks } };
}

function toUnknown(id: string): LintConfigProblem {
  const nearest = nearestId(
    id,
    lintRules.map((rule) => rule.id),
  );
  return { path: id, message: `is no rule${nearest === undefined ? '' : `; did you mean ${nearest}?`}` };
}

function failed(problems: readonly LintConfigProblem[]): ParsedLintConfig {
  return { kind: 'failed', problems };
}
