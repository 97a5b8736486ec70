import type { Case } from './case.ts';
import type { Verdict } from './run-case.ts';

/** Everything that a reader needs to see what went wrong, and to run it again. */
export function printVerdict({ subgraphs, data }: Case, verdict: Verdict): string {
  const { operation, findings, expected, got, fetches } = verdict;
  const { text, ...request } = operation;
  const part = (title: string, text: string) => `== ${title}\n${text}\n`;
  return [
    ...subgraphs.map(({ name, sdl }) => part(`subgraph ${name}`, sdl)),
    part('data', JSON.stringify(data)),
    part('operation', `${text}\n${JSON.stringify(request)}`),
    part('fetches', fetches.join('\n')),
    part('expected', JSON.stringify(expected, undefined, 1)),
    part('got', JSON.stringify(got, undefined, 1) ?? 'nothing'),
    part('findings', findings.map((finding) => `- ${finding}`).join('\n')),
  ].join('\n');
}
