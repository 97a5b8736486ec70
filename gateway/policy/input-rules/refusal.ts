import { GatewayError } from '../../errors.ts';
import type { InputFinding } from './input-check.ts';

/** What to tell a client of a value that breaks a rule: where it stands and what is asked for there, and nothing of the value. */
export function toRefusal({ coordinate, rule, breach }: InputFinding): GatewayError {
  const ending =
    breach === 'maxLength' ? `is longer than ${rule.maxLength} characters. Send a shorter one.` : endings[breach];
  return new GatewayError('INPUT_REJECTED', `The value of "${coordinate}" ${ending}`, {
    extensions: { coordinate, rule: breach },
  });
}

const endings: Readonly<Record<Exclude<InputFinding['breach'], 'maxLength'>, string>> = {
  pattern: 'does not have the form that is asked for there.',
  effort: 'takes too long to check. Send a shorter one.',
  sql: 'looks like a piece of SQL. Write it in another way.',
  script: 'looks like markup with a script in it. Write it in another way.',
  path: 'looks like a way out of a folder. Write it in another way.',
  shell: 'looks like a command for a shell. Write it in another way.',
  nosql: 'looks like an operator of a database. Write it in another way.',
};
