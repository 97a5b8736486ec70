import { html } from 'hono/html';
import { describeUnplanned } from '../../../checks/describe-unplanned.ts';
import { countOf, formatNumber } from '../../../checks/numbers.ts';
import type { WeighedChange } from '../../../checks/weigh-changes.ts';
import { printGraphRef } from '../../../feed/graph-ref.ts';
import { type KeptCheck, readCheck } from '../../check.ts';
import { versionLink } from '../parts/cause.ts';
import { clientList } from '../parts/client-list.ts';
import { factsOf } from '../parts/facts.ts';
import type { Html } from '../parts/html.ts';
import { operationList } from '../parts/operation-list.ts';
import { tableOf } from '../parts/table.ts';
import { timeOf } from '../parts/time.ts';
import { coordinatePath } from '../schema/links.ts';
import type { Page, VariantVisit } from '../visit.ts';
import { lintTable, planTable, problemTable } from './findings.ts';
import { verdictTag } from './verdict.ts';

/** What a check found, what fails first. */
export async function checkPage(visit: VariantVisit): Promise<Page> {
  const { registry, ref, now, param } = visit;
  const check = await readCheck(registry, ref, param('id'));
  const { subgraph, verdict, base, at } = check;
  const body = html`<p class="kicker">Check</p>
<h1>${subgraph} ${verdictTag(verdict)}</h1>
${factsOf([
  ['When', timeOf(at, now)],
  ['Compared with', base === undefined ? 'nothing: it is the first' : versionLink(ref, base)],
  ['Changes', changeCounts(check)],
  ['Plans', describeUnplanned(check.counts)],
])}
${sections(visit, check)}`;
  return { title: `Check of ${subgraph}`, section: 'checks', body };
}

function changeCounts({ counts: { breakingChanges, dangerousChanges, safeChanges } }: KeptCheck): Html | string {
  if (breakingChanges + dangerousChanges + safeChanges === 0) return 'none that clients see';
  const told: readonly (readonly [number, string, string])[] = [
    [breakingChanges, 'breaking', 'bad'],
    [dangerousChanges, 'dangerous', 'warn'],
    [safeChanges, 'safe', 'good'],
  ];
  return html`${told.map(([count, word, color]) => count > 0 && html`<span class="tag ${color}">${formatNumber(count)} ${word}</span> `)}`;
}

/** Tables of all that was found; of what was not, nothing. */
function sections(visit: VariantVisit, check: KeptCheck): Html {
  const { problems, hints, lint, changes, plans, counts } = check;
  const noted = changes.filter(({ level }) => level !== 'safe');
  const safe = changes.filter(({ level }) => level === 'safe');
  return html`
${section('Composition', counts.problems, problems, () => problemTable(problems))}
${section('Changes', counts.breakingChanges + counts.dangerousChanges, noted, () => changeTable(visit, noted))}
${section('Plans', counts.worsePlans, plans, () => planTable(plans))}
${section('Lint', counts.lintErrors + counts.lintWarnings, lint, () => lintTable(lint))}
${section('Hints', counts.hints, hints, () => problemTable(hints))}
${section(
  'Safe changes',
  counts.safeChanges,
  safe,
  () =>
    html`<details${safe.length <= 20 && html` open`}><summary>${countOf(counts.safeChanges, 'change')}</summary>${safeTable(visit, safe)}</details>`,
)}`;
}

function section(title: string, total: number, shown: readonly unknown[], render: () => Html): Html | false {
  if (total === 0) return false;
  const rest = total - shown.length;
  return html`<section><h2>${title}</h2>
${render()}
${rest > 0 && html`<p class="hint">And ${countOf(rest, 'more', 'more')}, which the report leaves out.</p>`}</section>`;
}

function changeTable({ ref }: VariantVisit, changes: readonly WeighedChange[]): Html {
  const failing = changes.find(({ verdict }) => verdict === 'fail');
  const table = tableOf({
    caption: 'Changes that can break clients or surprise them',
    columns: ['Verdict', 'Change', 'Used by', 'With', 'Id'],
    rows: changes.map(({ id, level, coordinate, message, verdict, reason, clients, operations }) => [
      html`${verdictTag(verdict)} <span class="muted">${level}</span>`,
      html`<a href="${coordinatePath(ref, coordinate)}"><code>${coordinate}</code></a><p>${message}</p><p class="muted">${reason}</p>`,
      clientList(clients),
      operationList(operations),
      html`<code>${id}</code>`,
    ]),
  });
  return html`${table}
${
  failing !== undefined &&
  html`<p class="hint">Who may publish can let a change pass by its id:
  <code class="command">overlock approve ${failing.id} --graph ${printGraphRef(ref)}</code></p>`
}`;
}

function safeTable({ ref }: VariantVisit, changes: readonly WeighedChange[]): Html {
  return tableOf({
    caption: 'Changes that break nobody',
    columns: ['Where', 'Change'],
    rows: changes.map(({ coordinate, message }) => [
      html`<a href="${coordinatePath(ref, coordinate)}"><code>${coordinate}</code></a>`,
      message,
    ]),
  });
}
