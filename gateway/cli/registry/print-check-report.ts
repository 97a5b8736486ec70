import type { CheckReport } from '../../../schema/checks/check-report.ts';
import { describeUnplanned } from '../../../schema/checks/describe-unplanned.ts';
import { formatNumber } from '../../../schema/checks/numbers.ts';
import type { Output } from '../terminal.ts';
import { toLine } from '../to-line.ts';
import { type Finding, toFinding } from './finding.ts';
import { printFindings } from './print-findings.ts';
import { summarizeReport } from './summarize-report.ts';

interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
  /** With those that are not in `findings`. */
  readonly total: number;
}

const mostSafe = 20;

/** Writes the report of a check for a person: what fails first, who would break, and the verdict at the end. */
export function printCheckReport(report: CheckReport, output: Output): void {
  const { subgraph, graph, base, verdict } = report;
  const against = base === undefined ? 'nothing was published there before' : `compared with version ${base}`;
  const { write, colors } = output;
  write(`Check of ${colors.bold(toLine(subgraph))} in ${toLine(graph)}, ${against}\n`);
  for (const { title, findings, total } of toSections(report)) {
    if (total === 0) continue;
    write(`\n${colors.bold(title)}\n`);
    printFindings(findings, total, output);
  }
  const unplanned = describeUnplanned(report.counts);
  if (unplanned !== undefined) write(`\n${unplanned}\n`);
  write(`\n${verdict === 'passed' ? colors.green('Passed') : colors.red('Failed')}: ${summarizeReport(report)}.\n`);
  const failing = [...report.changes, ...report.plans].find((one) => one.verdict === 'fail');
  if (failing === undefined) return;
  write(`To let one pass all the same: overlock approve ${toLine(failing.id)} --graph ${toLine(graph)}\n`);
}

function toSections({ counts, problems, changes, plans, lint, hints }: CheckReport): readonly Section[] {
  const noted = changes.filter(({ level }) => level !== 'safe');
  const safe = changes.filter(({ level }) => level === 'safe').slice(0, mostSafe);
  return [
    { title: 'Composition', total: counts.problems, findings: problems.map((problem) => toProblem('fail', problem)) },
    {
      title: 'Changes',
      total: counts.breakingChanges + counts.dangerousChanges + counts.safeChanges,
      findings: [...noted, ...safe].map(toFinding),
    },
    {
      title: 'Plans of the operations that clients send most',
      total: counts.worsePlans,
      findings: plans.map(({ id, verdict, name, hash, count, reason }) => ({
        verdict: verdict === 'pass' ? 'warn' : verdict,
        cells: [id, `${name ?? hash.slice(0, 12)}, sent ${count === 1 ? 'once' : `${formatNumber(count)} times`}`],
        details: [reason],
      })),
    },
    {
      title: 'Lint',
      total: counts.lintErrors + counts.lintWarnings,
      findings: lint.map(({ severity, line, column, coordinate, message, rule }) => ({
        verdict: severity === 'error' ? 'fail' : 'warn',
        cells: [`${line}:${column}`, rule, coordinate, message],
        details: [],
      })),
    },
    { title: 'Hints', total: counts.hints, findings: hints.map((hint) => toProblem('note', hint)) },
  ];
}

function toProblem(
  verdict: Finding['verdict'],
  { code, subgraph, coordinate, message }: CheckReport['problems'][number],
): Finding {
  return { verdict, cells: [code, coordinate ?? subgraph ?? '-', message], details: [] };
}
