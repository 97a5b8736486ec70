import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSupergraph } from '../../schema/supergraph/read.ts';
import { assetPath } from '../../subgraphs/asset.ts';
import { runOverlock } from '../support/gateway-process.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await createTemporaryFolder();
  await folder.write(
    'accounts.graphql',
    'type Query { me: User } type User @key(fields: "id") { id: ID! name: String }',
  );
  await folder.write('reviews.graphql', 'type Query { top: Int } type User @key(fields: "id") { id: ID! stars: Int }');
  await folder.write(
    'overlock.yaml',
    `graph:\n  subgraphs:\n    accounts: { url: http://a.test/graphql, schema: accounts.graphql }\n    reviews: { url: http://b.test/graphql, schema: reviews.graphql }\n`,
  );
  await folder.write(
    'bad.yaml',
    `graph:\n  subgraphs:\n    accounts: { uri: http://a.test/graphql }\nlisten: { port: 70000 }\n`,
  );
  await folder.write('clash.graphql', 'type Query { me: Int }');
  await folder.write(
    'clash.yaml',
    `graph:\n  subgraphs:\n    accounts: { url: http://a.test/graphql, schema: accounts.graphql }\n    clash: { url: http://b.test/graphql, schema: clash.graphql }\n`,
  );
});
afterAll(() => folder.remove());

const run = (...args: string[]) => runOverlock(args, { cwd: folder.path });

describe('overlock', () => {
  it('explains itself', async () => {
    const { code, stdout, stderr } = await run('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of ['serve', 'compose', 'config', 'rest'])
      expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  });

  it('ends with 2 when it is not understood, and says what is possible', async () => {
    const { code, stdout, stderr } = await run('serve', '--prot', '1');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('--port');
  });
});

describe('overlock config validate', () => {
  it('ends with 0 for a good file and with 1 and every problem for a bad one', async () => {
    expect(await run('config', 'validate')).toMatchObject({ code: 0, stderr: '' });
    const { code, stderr } = await run('config', 'validate', 'bad.yaml');
    expect(code).toBe(1);
    expect(stderr).toMatch(/bad\.yaml:3:.*graph\.subgraphs\.accounts/);
    expect(stderr).toMatch(/bad\.yaml:4:.*listen\.port/);
    expect(await run('config', 'validate', 'none.yaml')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('none.yaml'),
    });
  });
});

describe('overlock compose', () => {
  it('prints a supergraph and nothing else, or writes it', async () => {
    const printed = await run('compose');
    expect({ code: printed.code, stderr: printed.stderr }).toEqual({ code: 0, stderr: '' });
    expect(readSupergraph(printed.stdout).subgraphs).toMatchObject([
      { name: 'accounts', url: 'http://a.test/graphql' },
      { name: 'reviews', url: 'http://b.test/graphql' },
    ]);
    const written = await run('compose', '--out', 'out.graphql');
    expect(written.code).toBe(0);
    expect(await readFile(path.join(folder.path, 'out.graphql'), 'utf8')).toBe(printed.stdout);
  });

  it('ends with 1 and tells code, subgraph and coordinate when they do not compose', async () => {
    const { code, stdout, stderr } = await run('compose', '--config', 'clash.yaml');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/FIELD_TYPE_MISMATCH/);
    expect(stderr).toContain('Query.me');
    expect(stderr).toMatch(/accounts.*clash|clash.*accounts/s);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('overlock rest import', () => {
  it('prints SDL that composes, or writes it', async () => {
    const document = assetPath('shipping.openapi.yaml');
    const printed = await run('rest', 'import', document, '--name', 'shipping');
    expect(printed.code).toBe(0);
    expect(printed.stdout).toContain('@rest(');
    const written = await run('rest', 'import', document, '--name', 'shipping', '--out', 'shipping.graphql');
    expect(written.code).toBe(0);
    expect(await readFile(path.join(folder.path, 'shipping.graphql'), 'utf8')).toBe(printed.stdout);
    await folder.write(
      'rest.yaml',
      'graph: { subgraphs: { shipping: { kind: rest, url: "http://s.test", schema: shipping.graphql } } }\n',
    );
    const composed = await run('compose', '--config', 'rest.yaml');
    expect({ code: composed.code, stderr: composed.stderr }).toEqual({ code: 0, stderr: '' });
    expect(buildSchema(readSupergraph(composed.stdout).publicSdl).getQueryType()?.getFields()).toHaveProperty(
      'carriers',
    );
  });

  it('ends with 1 and a sentence when there is no document, or it is none', async () => {
    await folder.write('broken.yaml', 'openapi: 3.0.0\ninfo: [\n');
    for (const name of ['none.yaml', 'broken.yaml', 'accounts.graphql']) {
      const { code, stdout, stderr } = await run('rest', 'import', name, '--name', 'shipping');
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(name);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });
});
