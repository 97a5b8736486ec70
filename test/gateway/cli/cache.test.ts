import { describe, expect, it } from 'vitest';
import { parsePurge } from '../../../gateway/cache/invalidation/parse-purge.ts';
import { runCommandLine } from '../../../gateway/cli/program.ts';
import { openAdminPort } from '../../support/admin-port.ts';
import { createFakeTerminal } from './fake-terminal.ts';

const store = { entries: 3, bytes: 2_097_152, bytesMost: 67_108_864, memory: { asked: 8, found: 6 } };
const shared = { ...store, redis: { asked: 2, found: 1, isUp: false } };

/** Runs a command against an admin port with these stores. */
async function run(
  args: readonly string[],
  { stores = [store] as readonly unknown[], told = true, token = 'a-token-of-the-port' } = {},
) {
  const purged: (readonly string[])[] = [];
  await using port = await openAdminPort(
    { token: 'a-token-of-the-port' },
    {
      report: async () => ({ stores }),
      purge: async (named) => {
        purged.push(parsePurge(named, () => undefined));
        return { told };
      },
    },
  );
  const { terminal, written } = createFakeTerminal({ env: { OVERLOCK_ADMIN: port.url, OVERLOCK_ADMIN_TOKEN: token } });
  const code = await runCommandLine(['cache', ...args], terminal);
  return { code, ...written, purged };
}

describe('overlock cache', () => {
  it('prints what is stored', async () => {
    const { code, stdout } = await run(['inspect'], { stores: [store, { ...shared, bytes: 4_069 }] });
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['ENTRIES', 'MEMORY', 'OF', 'FOUND', 'REDIS', 'FOUND THERE'],
      ['3', '2.0 mb', '64.0 mb', '75.0% of 8', 'none', '-'],
      ['3', '4.0 kb', '64.0 mb', '75.0% of 8', 'down', '50.0% of 2'],
      [''],
    ]);
    expect(JSON.parse((await run(['inspect', '--json'])).stdout)).toEqual({ stores: [store] });
    expect((await run(['inspect'], { stores: [] })).stderr).toContain('cache.entity.enabled');
  });

  const named: readonly (readonly [readonly string[], unknown])[] = [
    [['--tag', 'a', '--tag', 'b'], { tags: ['a', 'b'] }],
    [['--type', 'Product', '--subgraph', 'products'], { types: ['Product'], subgraphs: ['products'] }],
    [['--entity', 'Product:upc=a=b:c'], { entities: [{ type: 'Product', key: { upc: 'a=b:c' } }] }],
    [['--entity', 'P:{"a":1,"b":{"c":"d"}}'], { entities: [{ type: 'P', key: { b: { c: 'd' }, a: '1' } }] }],
    [['--all'], { all: true }],
  ];
  it.each(named)('takes away what is named by %j', async (args, body) => {
    expect(await run(['purge', ...args])).toMatchObject({
      code: 0,
      stderr: 'It is forgotten.\n',
      purged: [parsePurge(body, () => undefined)],
    });
  });

  it('says when others do not know yet, and when it is refused', async () => {
    expect((await run(['purge', '--all'], { told: false })).stderr).toContain('as soon as it can');
    expect(await run(['purge', '--all'], { token: 'wrong' })).toMatchObject({ code: 1, purged: [] });
    const many = Array.from({ length: 1_001 }, (_, index) => ['--tag', String(index)]).flat();
    expect(await run(['purge', ...many])).toMatchObject({ code: 2, purged: [] });
  });

  it.each([[[]], [['--entity', 'Product']], [['--entity', ':a=b']], [['--entity', 'P:{"a"']]])(
    'does not understand %j',
    async (args) => {
      expect(await run(['purge', ...args])).toMatchObject({ code: 2, purged: [] });
    },
  );
});
