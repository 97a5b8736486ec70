/** The metrics of one process in the Prometheus text format. */
export interface ProcessText {
  /** What the label `worker` says. */
  readonly worker: string;
  readonly text: string;
}

/** One text of those of several processes, each series with a label that tells whose it is. */
export function labelMetrics(processes: readonly ProcessText[]): string {
  const families = new Map<string, string[]>();
  for (const { worker, text } of processes) {
    const own = `worker="${worker}"`;
    let lines: string[] = [];
    for (const line of text.split('\n')) {
      if (line.startsWith('# HELP ')) {
        const name = line.split(' ', 3)[2] ?? '';
        lines = families.get(name) ?? [];
        families.set(name, lines);
      }
      if (line.startsWith('#')) {
        // Said once for all processes (https://prometheus.io/docs/instrumenting/exposition_formats/).
        if (!lines.includes(line)) lines.push(line);
      } else if (line !== '') {
        lines.push(withLabel(line, own));
      }
    }
  }
  return `${[...families.values()].flat().join('\n')}\n`;
}

function withLabel(line: string, own: string): string {
  const end = line.search(/[ {]/);
  const [name, rest] = [line.slice(0, end), line.slice(end)];
  return rest.startsWith('{') ? `${name}{${own},${rest.slice(1)}` : `${name}{${own}}${rest}`;
}
