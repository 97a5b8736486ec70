import { html } from 'hono/html';
import type { PlanFacts, PlanFinding } from '../../../checks/compare-plans.ts';
import { formatNumber } from '../../../checks/numbers.ts';
import type { LintFinding } from '../../../subgraph/lint/lint-finding.ts';
import type { Problem } from '../../../supergraph/problem.ts';
import type { Html } from '../parts/html.ts';
import { operationName } from '../parts/operation-list.ts';
import { tableOf } from '../parts/table.ts';
import { verdictTag } from './verdict.ts';

/** Why subgraphs do not compose, or could better. */
export function problemTable(problems: readonly Problem[]): Html {
  return tableOf({
    caption: 'What composition says',
    columns: ['Where', 'What', 'Subgraph', 'Code'],
    rows: problems.map(({ coordinate, message, subgraph, code }) => [
      coordinate === undefined ? 'the schema' : html`<code>${coordinate}</code>`,
      message,
      subgraph,
      html`<code class="muted whole">${code}</code>`,
    ]),
  });
}

/** What lint does not like. */
export function lintTable(findings: readonly LintFinding[]): Html {
  return tableOf({
    caption: 'What lint says of the subgraph',
    columns: ['Severity', 'Where', 'What', { title: 'Line', isNumber: true }, 'Rule'],
    rows: findings.map(({ severity, coordinate, message, line, rule }) => [
      severity === 'error' ? html`<span class="tag bad">error</span>` : html`<span class="tag warn">warning</span>`,
      html`<code>${coordinate}</code>`,
      message,
      formatNumber(line),
      html`<code class="muted whole">${rule}</code>`,
    ]),
  });
}

/** Operations whose plans got worse. */
export function planTable(plans: readonly PlanFinding[]): Html {
  return tableOf({
    caption: 'Operations that would take more, or could not be run any more',
    columns: [
      'Verdict',
      'Operation',
      'Why',
      ...['Sent', 'Requests', 'Waves', 'Cost'].map((title) => ({ title, isNumber: true })),
      'Id',
    ],
    rows: plans.map(({ id, hash, name, count, before, after, verdict, reason }) => [
      verdictTag(verdict),
      operationName({ name, hash }),
      reason,
      formatNumber(count),
      ...(['fetches', 'waves', 'cost'] as const).map((figure) => riseOf(figure, before, after)),
      html`<code>${id}</code>`,
    ]),
  });
}

function riseOf(figure: keyof PlanFacts, before: PlanFacts, after: PlanFacts | undefined): Html | string {
  if (after === undefined) return '';
  if (after[figure] === before[figure]) return formatNumber(before[figure]);
  return html`${formatNumber(before[figure])} → <strong>${formatNumber(after[figure])}</strong>`;
}
