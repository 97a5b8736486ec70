import { openapiLimits } from './limits.ts';
import { toWellFormed } from './quote.ts';

/** A description before a definition, as a block string (https://spec.graphql.org/October2021/#BlockStringCharacter); nothing for no text. */
export function printDescription(description: string | undefined, spaces: string): string {
  const text = toPrintable(description ?? '');
  if (text === '') return '';
  const lines = text.split('\n');
  const [only = ''] = lines;
  if (lines.length === 1 && only.length <= 100 - spaces.length && !/["\\]$/.test(only))
    return `${spaces}"""${only}"""\n`;
  const indented = lines.map((line) => (line === '' ? '' : spaces + line)).join('\n');
  return `${spaces}"""\n${indented}\n${spaces}"""\n`;
}

/** Without what GraphQL does not allow in its source text, cut where it is longer than anyone reads. */
function toPrintable(description: string): string {
  const { descriptionLength } = openapiLimits;
  const short = description.length > descriptionLength ? `${description.slice(0, descriptionLength)} ...` : description;
  const lines = toWellFormed(short)
    .replaceAll('\r\n', '\n')
    .replace(/(?![\n\t])\p{Control}/gu, ' ')
    .split('\n')
    .map((line) => line.trimEnd());
  return dedent(lines).join('\n').trim().replaceAll('"""', '\\"""');
}

function dedent(lines: readonly string[]): readonly string[] {
  const widths = lines.filter((line) => line !== '').map((line) => line.length - line.trimStart().length);
  const common = widths.reduce((least, width) => Math.min(least, width), Number.POSITIVE_INFINITY);
  return Number.isFinite(common) ? lines.map((line) => line.slice(common)) : lines;
}
