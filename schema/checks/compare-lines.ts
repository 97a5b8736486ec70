/** A line of two texts that are compared: both have it, or only the former or the latter. */
export interface ComparedLine {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** Time and memory grow with the square of the differences; who reads more than that reads the new text. */
const mostDifferences = 1_000;

/**
 * The lines of two texts with the fewest differences, by the algorithm of Myers (https://doi.org/10.1007/BF01840446); where there
 * are more than 1,000, all that lies between the first and the last is told as removed and added.
 */
export function compareLines(before: string, after: string): readonly ComparedLine[] {
  const [former, latter] = [toLines(before), toLines(after)];
  const head = countEqual(former, latter, (lines, index) => lines[index]);
  const tail = countEqual(former.slice(head), latter.slice(head), (lines, index) => lines.at(-1 - index));
  const middle = compareMiddle(former.slice(head, former.length - tail), latter.slice(head, latter.length - tail));
  const keep = (text: string): ComparedLine => ({ mark: ' ', text });
  return [...former.slice(0, head).map(keep), ...middle, ...former.slice(former.length - tail).map(keep)];
}

function toLines(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}

function countEqual(
  former: readonly string[],
  latter: readonly string[],
  at: (lines: readonly string[], index: number) => string | undefined,
): number {
  const most = Math.min(former.length, latter.length);
  let count = 0;
  while (count < most && at(former, count) === at(latter, count)) count++;
  return count;
}

function compareMiddle(former: readonly string[], latter: readonly string[]): readonly ComparedLine[] {
  const trace = findPath(former, latter);
  if (trace !== undefined) return walkBack(former, latter, trace);
  return [
    ...former.map((text): ComparedLine => ({ mark: '-', text })),
    ...latter.map((text): ComparedLine => ({ mark: '+', text })),
  ];
}

/** How far each diagonal was got along in the former text, after each number of differences; by diagonal from -1 below the first. */
type Trace = readonly Int32Array[];

function findPath(former: readonly string[], latter: readonly string[]): Trace | undefined {
  const most = Math.min(former.length + latter.length, mostDifferences);
  const trace: Int32Array[] = [];
  let last = new Int32Array(3);
  for (let differences = 0; differences <= most; differences++) {
    const next = new Int32Array(2 * differences + 3);
    for (let diagonal = -differences; diagonal <= differences; diagonal += 2) {
      let x = differences === 0 ? 0 : step(last, differences, diagonal).x;
      while (x < former.length && x - diagonal < latter.length && former[x] === latter[x - diagonal]) x++;
      next[diagonal + differences + 1] = x;
      if (x >= former.length && x - diagonal >= latter.length) {
        trace.push(next);
        return trace;
      }
    }
    trace.push(next);
    last = next;
  }
  return undefined;
}

/** Where the best path to a diagonal begins its next difference: a line of the latter text, or one of the former. */
function step(last: Int32Array, differences: number, diagonal: number) {
  const at = (other: number) => last[other + differences] ?? 0;
  const isAdded = diagonal === -differences || (diagonal !== differences && at(diagonal - 1) < at(diagonal + 1));
  return isAdded
    ? { isAdded, from: diagonal + 1, x: at(diagonal + 1) }
    : { isAdded, from: diagonal - 1, x: at(diagonal - 1) + 1 };
}

function walkBack(former: readonly string[], latter: readonly string[], trace: Trace): readonly ComparedLine[] {
  const lines: ComparedLine[] = [];
  let x = former.length;
  let diagonal = former.length - latter.length;
  for (let differences = trace.length - 1; differences >= 0; differences--) {
    const last = trace[differences - 1];
    const found = last === undefined ? undefined : step(last, differences, diagonal);
    for (const start = found?.x ?? 0; x > start; x--) lines.push({ mark: ' ', text: former[x - 1] ?? '' });
    if (found === undefined) break;
    if (found.isAdded) lines.push({ mark: '+', text: latter[x - diagonal - 1] ?? '' });
    else lines.push({ mark: '-', text: former[--x] ?? '' });
    diagonal = found.from;
  }
  return lines.reverse();
}
