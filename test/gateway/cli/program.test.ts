import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../gateway/cli/program.ts';
import { createFakeTerminal } from './fake-terminal.ts';

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'overlock-cli-'));
  await writeFile(join(cwd, 'overlock.yaml'), `graph: { subgraphs: { a: { url: "\${URL}" } } }`);
  await writeFile(join(cwd, 'bad.yaml'), 'graph: {}\nlisten:\n  prot: 1\n');
});
afterAll(() => rm(cwd, { recursive: true }));

async function run(line: string, options: Parameters<typeof createFakeTerminal>[0] = {}) {
  const { terminal, written } = createFakeTerminal({ cwd, env: { URL: 'http://a.test' }, ...options });
  const exitCode = await runCommandLine(line.split(' ').filter(Boolean), terminal);
  return { exitCode, ...written };
}

describe('overlock', () => {
  it('prints its version', async () => {
    const { version } = createRequire(import.meta.url)('../../../package.json');
    expect(await run('--version')).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    '--help',
    'serve --help',
    'compose --help',
    'config validate --help',
    'config schema --help',
    'rest import --help',
    'help serve',
  ])('explains itself with examples: %s', async (line) => {
    const { exitCode, stdout, stderr } = await run(line);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: overlock/);
    expect(stdout).toMatch(/\nExamples:\n {2}overlock /);
  });

  it.each([
    ['', 'Usage: overlock [options] [command]'],
    ['srve', "error: unknown command 'srve'\n(Did you mean serve?)"],
    ['serve --prot 1', "error: unknown option '--prot'\n(Did you mean --port?)"],
    ['serve --port 70000', 'It must be a number from 0 to 65535.'],
    ['serve --port 0x10', 'It must be a number from 0 to 65535.'],
    ['config', 'Usage: overlock config'],
    ['config validate a b', 'too many arguments'],
    ['rest import a.yaml', "required option '-n, --name <name>' not specified"],
    ['rest import --name a', "missing required argument 'document'"],
  ])('ends with 2 when it is not understood: "%s"', async (line, message) => {
    const { exitCode, stdout, stderr } = await run(line);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('paints only where colours are wanted', async () => {
    const paint = String.fromCharCode(27);
    for (const line of ['config validate bad.yaml', 'config validate', '--help', 'srve']) {
      const plain = await run(line);
      const painted = await run(line, { colors: true });
      expect(plain.stdout + plain.stderr).not.toContain(paint);
      expect(painted.stdout + painted.stderr).toContain(paint);
    }
  });
});

describe('overlock config validate', () => {
  it('says that a file is valid', async () => {
    expect(await run('config validate')).toEqual({ exitCode: 0, stdout: 'overlock.yaml is valid.\n', stderr: '' });
    expect(JSON.parse((await run('config validate --json')).stdout)).toEqual({ valid: true, problems: [] });
  });

  it('ends with 1 and one line for each problem', async () => {
    expect(await run('config validate bad.yaml')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `bad.yaml:1:8 graph needs either subgraphs, supergraph or registry
bad.yaml:3:3 listen.prot is not a known key; did you mean port?
2 problems.
`,
    });
    expect((await run('config validate', { env: {} })).stderr).toContain('needs the environment variable URL');
  });

  it('ends with 1 and all problems as JSON', async () => {
    const { exitCode, stdout, stderr } = await run('config validate bad.yaml --json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      valid: false,
      problems: [
        {
          file: 'bad.yaml',
          line: 1,
          column: 8,
          path: 'graph',
          message: 'needs either subgraphs, supergraph or registry',
        },
        {
          file: 'bad.yaml',
          line: 3,
          column: 3,
          path: 'listen.prot',
          message: 'is not a known key; did you mean port?',
        },
      ],
    });
  });
});

describe('overlock config schema', () => {
  it('prints JSON Schema', async () => {
    const { exitCode, stdout } = await run('config schema');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      title: 'overlock.yaml',
      required: ['graph'],
      additionalProperties: false,
    });
  });
});
