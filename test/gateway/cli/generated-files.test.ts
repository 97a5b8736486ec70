import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../../../gateway/cli/generated-files.ts';
import { loadConfig } from '../../../gateway/config/load.ts';
import { errorCodes } from '../../../gateway/errors.ts';

const root = join(import.meta.dirname, '../../..');

describe('generated files', () => {
  it.each([...generatedFiles().keys()])('%s is what the build writes', async (path) => {
    expect(await readFile(join(root, path), 'utf8')).toBe(generatedFiles().get(path));
  });

  it('explain every error code and every key', () => {
    const errors = generatedFiles().get('docs/errors.md');
    for (const code of Object.keys(errorCodes)) expect(errors).toContain(`| \`${code}\` | `);
    const configuration = generatedFiles().get('docs/configuration.md');
    for (const key of [
      'entities.<name>.argument',
      'toSubgraphs[].propagate',
      'traces.sample',
      'operation.timeout',
      'engine',
    ]) {
      expect(configuration).toContain(`| \`${key}\` | `);
    }
  });

  it('show an example that is a valid configuration', async () => {
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(generatedFiles().get('docs/configuration.md') ?? '') ?? [];
    const cwd = await mkdtemp(join(tmpdir(), 'overlock-example-'));
    await writeFile(join(cwd, 'token'), 'secret');
    await writeFile(join(cwd, 'overlock.yaml'), example.replace('/run/secrets/gateway-token', 'token'));
    const load = await loadConfig({ cwd, env: {} });
    await rm(cwd, { recursive: true });
    expect(load).toMatchObject({ kind: 'loaded', config: { listen: { port: 4000 } } });
  });
});
