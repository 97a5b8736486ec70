/** Lines that only one of two texts has, as `- ` and `+ ` lines, each in the order of its text. */
export function diffLines(before: string, after: string): readonly string[] {
  const [former, latter] = [before.split('\n'), after.split('\n')];
  return [...without(former, latter).map((line) => `- ${line}`), ...without(latter, former).map((line) => `+ ${line}`)];
}

/** A line that is there twice is taken away once for each time that it is in the other text. */
function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = counts.get(line) ?? 0;
    counts.set(line, count - 1);
    return count <= 0;
  });
}
