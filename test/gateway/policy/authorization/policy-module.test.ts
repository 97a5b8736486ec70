import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { build } from 'vite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPolicyModule } from '../../../../gateway/policy/authorization/policies/policy-module.ts';
import type { PolicyQuestion, PolicySource } from '../../../../gateway/policy/authorization/policies/policy-source.ts';
import { createRecordingLogger, type LogLine } from '../../../support/recording-logger.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts';

const question: PolicyQuestion = {
  identity: { kind: 'jwt', scopes: [], roles: [], claims: {} },
  client: {},
  operation: { kind: 'query', name: undefined, hash: 'x' },
  variables: {},
  requestId: 'r',
};

const allowing = (...names: readonly string[]) => `export const evaluate = () => ${JSON.stringify(names)};`;

let folder: TemporaryFolder;
let source: PolicySource | undefined;
beforeEach(async () => {
  folder = await createTemporaryFolder();
});
afterEach(async () => {
  source?.close();
  await folder.remove();
});

async function start(text: string): Promise<PolicySource & { readonly lines: readonly LogLine[] }> {
  const { log, lines } = createRecordingLogger();
  source = createPolicyModule(await folder.write('policies.mjs', text), log);
  return { ...source, lines };
}

const allowed = async ({ decide }: PolicySource) => [...(await decide(['a', 'b'], question))];

describe('a module of policies', () => {
  it('is loaded again when it changes, and stays while it is broken', async () => {
    const module = await start(allowing('a'));
    expect(await module.open()).toBeUndefined();
    expect(await allowed(module)).toEqual(['a']);
    await folder.write('policies.mjs', allowing('b'));
    await vi.waitFor(async () => expect(await allowed(module)).toEqual(['b']), 5_000);
    await folder.write('policies.mjs', 'export const evaluate = ;');
    await vi.waitFor(() => expect(module.lines.at(-1)).toMatchObject({ level: 'error' }), 5_000);
    expect(await allowed(module)).toEqual(['b']);
    await folder.write('policies.mjs', allowing('a', 'b'));
    await vi.waitFor(async () => expect(await allowed(module)).toEqual(['a', 'b']), 5_000);
  });

  it.each([
    ['throws', 'throw new Error("broken")', 'cannot be loaded: broken'],
    ['exports something else', 'export const evaluate = 1', 'exports no function "evaluate"'],
    ['is no JavaScript', 'export const =', 'cannot be loaded'],
  ])('cannot be used when it %s, and says so', async (_, text, problem) => {
    const module = await start(text);
    expect(await module.open()).toContain(problem);
    expect(await module.open()).toContain('policies.mjs');
    await expect(module.decide(['a'], question)).rejects.toThrow(problem);
  });

  it('may be TypeScript where Node runs it, and says what to do elsewhere', async () => {
    const root = path.resolve(import.meta.dirname, '../../../..');
    const entry = path.join(root, 'gateway/policy/authorization/policies/policy-module.ts');
    await build({ logLevel: 'silent', configFile: false, root, build: { ssr: entry, outDir: folder.path } });
    const module = await folder.write('policies.ts', 'export const evaluate = (names: string[]): string[] => names;');
    const script = `
      const { createPolicyModule } = await import(${JSON.stringify(path.join(folder.path, 'policy-module.js'))});
      console.log(await createPolicyModule(${JSON.stringify(module)}).open());`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(printed.trim()).toBe(
      'typescript' in process.features && process.features.typescript
        ? 'undefined'
        : `${module} cannot be run by this Node: compile it to JavaScript, or use Node 22.18 or later.`,
    );
  });
});
