import type { CheckReport } from './check-report.ts';
import type { PlanFacts, PlanFinding } from './compare-plans.ts';
import { describeUnplanned } from './describe-unplanned.ts';
import { escapeMarkdown, toMarkdownCode } from './escape-markdown.ts';
import { countOf, formatNumber } from './numbers.ts';
import type { WeighedChange } from './weigh-changes.ts';

interface MarkdownOptions {
  /** In characters. By default what fits into one comment of a pull request. */
  readonly lengthMax?: number;
}

interface Section {
  readonly title: string;
  readonly columns: readonly string[];
  /** Markdown. */
  readonly rows: readonly (readonly string[])[];
  /** How many there are, with those that are not in `rows`. */
  readonly total: number;
  readonly isFolded?: boolean;
}

/** What stands around the rows of a section, at most. */
const frameMax = 400;

/** A report for a pull request, as GitHub's Markdown: the verdict first, and tables that are cut where they get too long. */
export function toMarkdown(report: CheckReport, { lengthMax = 60_000 }: MarkdownOptions = {}): string {
  const sections = toSections(report).filter(({ total }) => total > 0);
  const head = toHead(report);
  let budget = lengthMax - head.length - sections.length * frameMax;
  const texts = sections.map(({ title, columns, rows, total, isFolded }) => {
    const lines: string[] = [];
    for (const row of rows) {
      const line = `| ${row.join(' | ')} |`;
      budget -= line.length + 1;
      if (budget < 0) break;
      lines.push(line);
    }
    const rest = total - lines.length;
    const table = [`| ${columns.join(' | ')} |`, `|${' --- |'.repeat(columns.length)}`, ...lines].join('\n');
    const body = rest > 0 ? `${table}\n\n… and ${formatNumber(rest)} more.` : table;
    return isFolded ? `<details><summary>${title}</summary>\n\n${body}\n\n</details>` : `### ${title}\n\n${body}`;
  });
  return `${[head, ...texts].join('\n\n')}\n`;
}

function toHead({ verdict, graph, subgraph, base, counts }: CheckReport): string {
  const against = base === undefined ? 'There was no version to compare it with' : `Compared with version ${base}`;
  const failing = [
    told(counts.problems, 'composition problem'),
    told(counts.failingChanges, 'breaking change'),
    told(counts.lintErrors, 'lint error'),
    told(counts.failingPlans, 'plan'),
  ].flatMap((text) => text ?? []);
  const why = failing.length > 0 ? ` Failing: ${failing.join(', ')}.` : '';
  const unplanned = describeUnplanned(counts);
  const rest = unplanned === undefined ? '' : ` ${unplanned}`;
  return `## Check ${verdict}: ${toMarkdownCode(subgraph)} in ${toMarkdownCode(graph)}\n\n${against}.${why}${rest}`;
}

function toSections(report: CheckReport): readonly Section[] {
  const { problems, hints, lint, changes, plans, counts } = report;
  const noted = changes.filter(({ level }) => level !== 'safe');
  const safe = changes.filter(({ level }) => level === 'safe');
  const toProblemRow = ({ code, subgraph, coordinate, message }: (typeof problems)[number]) => [
    toPlace(coordinate),
    escapeMarkdown(message),
    toPlace(subgraph),
    toMarkdownCode(code),
  ];
  const problemColumns = ['Where', 'What', 'Subgraph', 'Code'];
  return [
    { title: 'Composition', columns: problemColumns, rows: problems.map(toProblemRow), total: counts.problems },
    {
      title: 'Changes',
      columns: ['', 'Change', 'Why', 'Used by', 'Id'],
      rows: noted.map((change) => [
        change.verdict === 'fail' ? '**breaking**' : change.level,
        escapeMarkdown(change.message),
        escapeMarkdown(change.reason),
        toUsers(change),
        toMarkdownCode(change.id),
      ]),
      total: counts.breakingChanges + counts.dangerousChanges,
    },
    {
      title: 'Plans',
      columns: ['', 'Operation', 'Sent', 'Requests', 'Waves', 'Cost', 'Why', 'Id'],
      rows: plans.map(toPlanRow),
      total: counts.worsePlans,
    },
    {
      title: 'Lint',
      columns: ['', 'Where', 'What', 'Line', 'Rule'],
      rows: lint.map(({ severity, coordinate, message, line, column, rule }) => [
        severity === 'error' ? '**error**' : 'warning',
        toPlace(coordinate),
        escapeMarkdown(message),
        `${line}:${column}`,
        toMarkdownCode(rule),
      ]),
      total: counts.lintErrors + counts.lintWarnings,
    },
    { title: 'Hints', columns: problemColumns, rows: hints.map(toProblemRow), total: counts.hints },
    {
      title: `Safe changes: ${formatNumber(counts.safeChanges)}`,
      columns: ['Where', 'Change'],
      rows: safe.map(({ coordinate, message }) => [toPlace(coordinate), escapeMarkdown(message)]),
      total: counts.safeChanges,
      isFolded: true,
    },
  ];
}

function toPlanRow({ id, hash, name, count, before, after, verdict, reason }: PlanFinding): readonly string[] {
  const rise = (figure: keyof PlanFacts) =>
    after ? `${formatNumber(before[figure])} → ${formatNumber(after[figure])}` : '-';
  return [
    verdict === 'fail' ? '**fails**' : 'passes',
    toMarkdownCode(name ?? hash.slice(0, 12)),
    formatNumber(count),
    rise('fetches'),
    rise('waves'),
    rise('cost'),
    escapeMarkdown(reason),
    toMarkdownCode(id),
  ];
}

function toUsers({ clients, operations }: WeighedChange): string {
  const named = clients.map(
    ({ name, version, count }) => `${escapeMarkdown(`${name} ${version}`)} (${formatNumber(count)})`,
  );
  const sent = operations.map(
    ({ name, hash, count }) => `${toMarkdownCode(name ?? hash.slice(0, 12))} (${formatNumber(count)})`,
  );
  return [someOf(named), someOf(sent)].filter((text) => text !== '').join('; with ');
}

function someOf(texts: readonly string[], max = 3): string {
  const rest = texts.length - max;
  return rest > 0 ? `${texts.slice(0, max).join(', ')} and ${formatNumber(rest)} more` : texts.join(', ');
}

function toPlace(name: string | undefined): string {
  return name === undefined ? '' : toMarkdownCode(name);
}

function told(count: number, what: string): string | undefined {
  return count === 0 ? undefined : countOf(count, what);
}
