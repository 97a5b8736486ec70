type Paint = (text: string) => string;

/** What paints the parts of a line. */
export interface LogColors {
  readonly dim: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly green: Paint;
  readonly cyan: Paint;
}

const levelColors: Readonly<Record<string, keyof LogColors>> = {
  error: 'red',
  warn: 'yellow',
  info: 'green',
  debug: 'cyan',
};
const plainValue = /^[\w./:@%+-]+$/;

/** One JSON line of the log as people like to read it: `12:30:01.250 warn  A sentence. key=value`, stacks below. */
export function toPrettyLine(jsonLine: string, colors: LogColors): string {
  const { level, time, message, ...fields }: Record<string, unknown> = JSON.parse(jsonLine);
  const clock = String(time).slice(11, 23);
  const paint = colors[levelColors[String(level)] ?? 'dim'];
  const stacks: string[] = [];
  const pairs = Object.entries(fields).map(([key, value]) => {
    stacks.push(...stacksOf(value));
    return ` ${colors.dim(`${printable(key)}=`)}${formatValue(value)}`;
  });
  const head = `${colors.dim(clock)} ${paint(String(level).padEnd(5))} ${printable(String(message))}${pairs.join('')}`;
  return `${[head, ...stacks.map((stack) => colors.dim(stack))].join('\n')}\n`;
}

function formatValue(value: unknown): string {
  if (typeof value === 'string') return plainValue.test(value) ? value : JSON.stringify(printable(value));
  if (isError(value)) return JSON.stringify(`${value.type}: ${printable(value.message)}`);
  return printable(JSON.stringify(value));
}

/** The stacks of an error and its causes, indented. */
function stacksOf(value: unknown): readonly string[] {
  if (!isError(value)) return [];
  const lines = String(value.stack ?? '')
    .split('\n')
    .map((line) => `    ${printable(line.trim())}`);
  return [lines.join('\n'), ...stacksOf(value.cause)];
}

function isError(value: unknown): value is { type: string; message: string; stack?: string; cause?: unknown } {
  return typeof value === 'object' && value !== null && 'type' in value && 'message' in value && 'stack' in value;
}

/** Without what could move the cursor of a terminal or begin a line that looks like another entry. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
