import { createColors } from 'picocolors';
import type { LogOutput } from '../../../gateway/telemetry/create-logger.ts';

/** Keeps what is logged. */
export function createStubOutput(isTerminal = false) {
  const lines: string[] = [];
  const output: LogOutput = { write: (text) => lines.push(text), isTerminal, colors: createColors(false) };
  return { output, lines, entries: () => lines.map((line): Record<string, unknown> => JSON.parse(line)) };
}
