import path from 'node:path';

/** Where the test files of a run tell each other of what they share. */
export function sharedFileOf(testRun: string, name: string): string {
  return path.join(testRun, `${name}.json`);
}
