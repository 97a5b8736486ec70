import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../gateway/cli/program.ts';
import { type Federation, startFederation } from '../../support/federation.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { createFakeTerminal } from './fake-terminal.ts';

const token = 'a-token-of-the-port';

describe('overlock profile', () => {
  let gateway: Federation;
  let folder: TemporaryFolder;
  beforeAll(async () => {
    folder = await createTemporaryFolder();
    gateway = await startFederation({
      subgraphs: { products: { sdl: 'type Query { top: Int }', resolvers: { Query: { top: () => 1 } } } },
      sections: { admin: { token, port: 0 } },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await folder.remove();
  });

  const run = async (args: readonly string[], secret = token) => {
    const { terminal, written } = createFakeTerminal({
      env: { OVERLOCK_ADMIN: gateway.adminUrl, OVERLOCK_ADMIN_TOKEN: secret },
      cwd: folder.path,
    });
    return { code: await runCommandLine(['profile', ...args], terminal), ...written };
  };

  it.each([
    ['cpu', 'nodes'],
    ['heap', 'head'],
  ])('writes a profile of %s that tools can read', async (of, member) => {
    const { code, stderr } = await run([of, '--seconds', '1']);
    expect([code, stderr]).toEqual([0, expect.stringContaining(`The profile is in overlock.${of}profile.`)]);
    expect(JSON.parse(await readFile(path.join(folder.path, `overlock.${of}profile`), 'utf8'))).toHaveProperty(member);
  });

  it('says what is in the way', async () => {
    expect(await run(['cpu', '--seconds', '1'], 'wrong')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The token is missing or wrong.'),
    });
    expect(await run(['cpu', '--seconds', '1', '--out', 'none/a'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('none/a cannot be written. Name another file with --out.'),
    });
    expect(await run(['cpu', '--seconds', '121'])).toMatchObject({ code: 2 });
  });
});
