import { html } from 'hono/html';
import { countOf } from '../../../checks/numbers.ts';
import { type KeptCheck, listChecks } from '../../check.ts';
import type { Html } from '../parts/html.ts';
import { variantPath } from '../parts/paths.ts';
import { tableOf } from '../parts/table.ts';
import { timeOf } from '../parts/time.ts';
import type { Page, VariantVisit } from '../visit.ts';
import { verdictTag } from './verdict.ts';

const checksShown = 50;

/** The latest checks of a variant. */
export async function checksPage(visit: VariantVisit): Promise<Page> {
  const { registry, ref, now } = visit;
  const checks = await listChecks(registry, ref, checksShown);
  const body = html`<h1>Checks</h1>
${tableOf({
  caption: checks.length === checksShown ? `The latest ${checksShown} checks` : countOf(checks.length, 'check'),
  columns: ['When', 'Subgraph', 'Verdict', 'Why', { title: 'Against', isNumber: true }],
  rows: checks.map((check) => [
    html`<a href="${variantPath(ref, 'checks', check.id)}">${timeOf(check.at, now)}</a>`,
    check.subgraph,
    verdictTag(check.verdict),
    reasonOf(check),
    check.base === undefined ? 'nothing' : html`<span class="muted">version</span> ${check.base}`,
  ]),
  empty: emptyHint(visit),
})}`;
  return { title: 'Checks', section: 'checks', body };
}

function emptyHint({ ref: { graph, variant } }: VariantVisit): Html {
  return html`Nothing was checked yet. In the team's CI:
  <code class="command">overlock check reviews --graph ${graph}@${variant} --schema reviews.graphql</code>`;
}

/** What made it fail, or what it let pass. */
function reasonOf({ verdict, counts }: KeptCheck): string {
  const { problems, failingChanges, lintErrors, failingPlans, breakingChanges, dangerousChanges, safeChanges } = counts;
  const told: readonly (readonly [number, string])[] =
    verdict === 'failed'
      ? [
          [problems, 'composition problem'],
          [failingChanges, 'breaking change'],
          [lintErrors, 'lint error'],
          [failingPlans, 'worse plan'],
        ]
      : [
          [breakingChanges, 'breaking change that breaks nobody'],
          [dangerousChanges, 'dangerous change'],
          [safeChanges, 'safe change'],
        ];
  const words = told.filter(([count]) => count > 0).map(([count, what]) => countOf(count, what, pluralOf(what)));
  return words.length === 0 ? 'no difference for clients' : words.join(', ');
}

function pluralOf(what: string): string {
  return what.replace('change that breaks', 'changes that break').replace(/(change|problem|error|plan)$/, '$1s');
}
