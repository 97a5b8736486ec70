import { parseSdl } from '../../supergraph/parse-sdl.ts';
import { withDefaultRootTypes } from '../root-types.ts';
import type { Subgraph } from '../subgraph.ts';
import type { LintConfig } from './lint-config.ts';
import type { LintFinding } from './lint-finding.ts';
import { toLintedSchema } from './linted-schema.ts';

/**
 * What rules do not like about a subgraph's schema, in the order of its lines. Pure. An SDL that cannot be parsed has no
 * findings: to say so is left to composition.
 */
export function lintSubgraph(subgraph: Subgraph, config: LintConfig): readonly LintFinding[] {
  const parsed = parseSdl(subgraph.sdl, { locations: true });
  if (parsed.kind === 'failed') return [];
  const schema = toLintedSchema(subgraph, withDefaultRootTypes(parsed.document).document);
  const findings = config.checks.flatMap(({ rule, severity, check }) =>
    [...check(schema)].map(({ node, coordinate, message }): LintFinding => {
      const { line = 1, column = 1 } = node.name.loc?.startToken ?? {};
      return { rule, severity, message, coordinate, line, column, subgraph: subgraph.name };
    }),
  );
  return findings.sort((a, b) => a.line - b.line || a.column - b.column || (a.rule < b.rule ? -1 : 1));
}
