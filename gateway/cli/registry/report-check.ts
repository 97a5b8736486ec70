import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { toMarkdown } from '../../../schema/checks/to-markdown.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import type { CheckFlags } from './check-command.ts';
import { checkReportShape } from './check-report-shape.ts';
import { printCheckReport } from './print-check-report.ts';
import { printJson } from './print-json.ts';
import { readAnswer } from './read-answer.ts';

/** Writes the report of a check as flags want it; resolves to the exit code, which says whether it passed. */
export async function reportCheck(
  answer: unknown,
  { json, markdown }: Pick<CheckFlags, 'json' | 'markdown'>,
  terminal: Terminal,
): Promise<number> {
  const report = readAnswer(checkReportShape, answer);
  if (typeof markdown === 'string') await writeFile(path.resolve(terminal.cwd, markdown), toMarkdown(report));
  if (json === true) printJson(answer, terminal.stdout);
  else if (markdown === true) terminal.stdout.write(toMarkdown(report));
  else printCheckReport(report, terminal.stdout);
  return report.verdict === 'passed' ? exitCodes.ok : exitCodes.failed;
}
