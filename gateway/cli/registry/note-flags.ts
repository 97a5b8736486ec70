import type { Command } from 'commander';
import { parseWholeNumber } from '../parse-whole-number.ts';
import type { Terminal } from '../terminal.ts';

/** What is said with a change of a variant. */
export interface NoteFlags {
  readonly message?: string;
  readonly revision?: string;
  readonly base?: number;
}

/** Where build servers name the commit that they build. */
const revisionVariables = ['GIT_COMMIT', 'GITHUB_SHA', 'CI_COMMIT_SHA'] as const;

/** Adds the flags that say why something changes, and what it was made for. */
export function addNoteFlags(command: Command): Command {
  return command
    .option('-m, --message <text>', 'what there is to say about it, for the history')
    .option('--revision <commit>', `commit that it comes from (default: $${revisionVariables.join(', $')})`)
    .option('--base <version>', 'refuse it when another version than this one is the latest', parseWholeNumber);
}

/** The members of a request that these flags are. */
export function toNote({ message, revision, base }: NoteFlags, { env }: Pick<Terminal, 'env'>) {
  const [commit] = revisionVariables.flatMap((name) => env[name] || []);
  return { message, revision: revision ?? commit, base };
}
