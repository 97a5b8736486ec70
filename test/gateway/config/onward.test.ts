import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../gateway/config/load.ts';
import { onwardSection } from '../../../gateway/config/onward.ts';
import { formatProblem } from '../../../gateway/config/problem.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

const secret = 's'.repeat(32);

describe('the section identity.onward', () => {
  it('has defaults that need nothing but a rule', () => {
    expect(onwardSection.parse({ rules: [{ jwt: {}, headers: { 'X-User': 'sub' } }] })).toEqual({
      rules: [
        {
          headers: { 'x-user': 'sub' },
          jwt: { header: 'authorization', issuer: 'overlock', claims: ['sub', 'scope', 'roles'], lifetime: 60_000 },
        },
      ],
      publicJwks: false,
    });
  });

  it.each<[object, string]>([
    [{}, 'rules'],
    [{ rules: [] }, 'rules'],
    [{ rules: [{}] }, 'needs headers, jwt or signature'],
    [{ rules: [{ headers: { 'content-type': 'sub' } }] }, 'a header that every request has'],
    [{ rules: [{ jwt: { header: 'Host' } }] }, 'a header that every request has'],
    [{ rules: [{ jwt: { claims: ['exp'] } }] }, 'must not be a claim that the gateway states itself'],
    [{ rules: [{ jwt: { claims: ['iss.x'] } }] }, 'must not be a claim that the gateway states itself'],
    [{ rules: [{ jwt: { lifetime: '2s' } }] }, 'must be between 5s and 1h'],
    [{ rules: [{ jwt: { lifetime: '2h' } }] }, 'must be between 5s and 1h'],
    [{ rules: [{ signature: { kind: 'hmac' } }] }, 'is needed for kind: hmac'],
    [{ rules: [{ signature: { kind: 'hmac', secret: 'short' } }] }, 'must have at least 32 bytes'],
    [{ rules: [{ signature: { kind: 'message-signatures', components: ['@status'] } }] }, 'must be a header name'],
    [{ rules: [{ signature: { kind: 'message-signatures', keyId: 'a"b' } }] }, 'visible ASCII'],
    [{ rules: [{ jwt: {} }], keys: [] }, 'keys'],
    [{ rules: [{ jwt: {} }], algorithm: 'HS256' }, 'algorithm'],
  ])('refuses %j', (section, problem) => {
    const issues = onwardSection.safeParse(section).error?.issues ?? [];
    expect(JSON.stringify(issues)).toContain(problem);
  });

  it('takes paths from its own folder and secrets from files, and knows the names of subgraphs', async () => {
    const folder = await createTemporaryFolder();
    await folder.write('hmac', secret);
    const load = async (onward: string) => {
      const yaml = `graph: { subgraphs: { users: { url: "http://users.test" } } }\nidentity: { onward: ${onward} }\n`;
      await folder.write('overlock.yaml', yaml);
      return await loadConfig({ cwd: folder.path, env: {} });
    };
    const rules = 'rules: [{ signature: { kind: hmac, secret: { file: hmac } }, subgraphs: [users] }]';
    for (const keys of ['keys', '[keys]', '{ file: keys }', '[{ file: keys }]']) {
      expect(await load(`{ ${rules}, keys: ${keys} }`)).toMatchObject({
        kind: 'loaded',
        config: { identity: { onward: { keys: [`${folder.path}/keys`], rules: [{ signature: { secret } }] } } },
      });
    }
    const misspelt = await load('{ rules: [{ jwt: {}, subgraphs: [user] }] }');
    expect(misspelt.kind === 'misconfigured' && misspelt.problems.map(formatProblem)).toEqual([
      'overlock.yaml:2:54 identity.onward.rules[0].subgraphs[0] names a subgraph that is not in graph.subgraphs; did you mean users?',
    ]);
    await folder.remove();
  });
});
