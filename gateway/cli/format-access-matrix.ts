import type { AccessMatrix } from './access-matrix.ts';

/** A matrix as Markdown, the same text for the same matrix. */
export function formatAccessMatrix({ roles, operations }: AccessMatrix): string {
  const verdicts = operations.map(({ operation, access }) => [operation, ...access.map(({ verdict }) => verdict)]);
  const denials = operations.flatMap(({ operation, access }) =>
    access.flatMap(({ role, denied }) =>
      denied.map(({ path, requirement, coordinate, from }) => [
        operation,
        role,
        path,
        `${toCode(requirement)} at ${coordinate}`,
        from.join(', '),
      ]),
    ),
  );
  const parts = [
    '# Access matrix',
    'What every role gets of every operation. `overlock access matrix` writes this file.',
    toTable(['operation', ...roles], verdicts),
    '## What is denied',
    denials.length === 0 ? 'Nothing.' : toTable(['operation', 'role', 'path', 'lacks', 'from'], denials),
  ];
  return `${parts.join('\n\n')}\n`;
}

function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const toRow = (cells: readonly string[]) => `| ${cells.map(toCell).join(' | ')} |`;
  return [toRow(head), toRow(head.map(() => '---')), ...rows.map(toRow)].join('\n');
}

/** Pipes would end a cell even within code. */
function toCell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
}

function toCode(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}
