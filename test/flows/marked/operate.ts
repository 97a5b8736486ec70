import { runCommandLine } from '../../../gateway/cli/program.ts';
import { createFakeTerminal } from '../../gateway/cli/fake-terminal.ts';
import type { Marks } from '../../support/marks.ts';
import type { Surroundings } from './surroundings.ts';

/** Says marked values as operators do; gives what commands have printed. */
export async function operate(marks: Marks, { gateway, secrets, folder }: Surroundings): Promise<string> {
  const cookie = `a=${marks.in('a cookie of an operator')}`;
  const control = (authorization: string, path: string, body: unknown) =>
    fetch(`${gateway.adminUrl}/control/${path}`, {
      method: 'PUT',
      headers: {
        authorization,
        cookie,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
  await control(`Bearer ${marks.in('a bad token of the admin port')}`, 'blocks/one', {});
  const block = {
    what: 'client',
    name: `${marks.in('an e-mail address in a block')}@example.org`,
    reason: marks.in('the reason of a block'),
    setBy: `Bearer ${marks.in('a token in a block')}`,
  };
  await control(`Bearer ${secrets.admin}`, 'blocks/one', { value: block });
  await control(`Bearer ${secrets.admin}`, 'blocks/two', { [marks.in('a wrong key of an operator')]: 1 });
  const commands: string[] = [];
  const env = { OVERLOCK_ADMIN: gateway.adminUrl, OVERLOCK_ADMIN_TOKEN: secrets.admin, USER: 'grace' };
  const run = async (...argv: string[]) => {
    const { terminal, written } = createFakeTerminal({ env, cwd: folder.path });
    await runCommandLine(argv, terminal);
    return written;
  };
  const { stdout } = await run('keys', 'create', '--client', 'shop');
  const key = marks.add('an API key', stdout.trim());
  await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ query: 'query Secret { secret }' }),
  });
  for (const argv of [
    ['top', '--json'],
    ['top'],
    ['blocks'],
    ['keys', 'list'],
    ['usage'],
    ['alerts'],
    ['cache', 'stats'],
  ]) {
    const { stdout: told, stderr } = await run(...argv);
    commands.push(told, stderr);
  }
  return commands.join('\n');
}
