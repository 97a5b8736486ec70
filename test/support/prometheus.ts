import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, vi } from 'vitest';
import { stringify } from 'yaml';
import { freePort } from './free-port.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

const promtool = process.env['PROMTOOL'] ?? 'promtool';
const prometheus = process.env['PROMETHEUS'] ?? 'prometheus';
const isInstalled = [promtool, prometheus].every((program) => spawnSync(program, ['--version']).status === 0);

/** Like `describe`, for what needs the real Prometheus: says so loudly when there is none, and fails where nothing may be skipped. */
export const describeWithPrometheus: typeof describe.skip = (() => {
  if (isInstalled) return describe;
  const advice = "Install Debian's package prometheus, or name its programs in PROMETHEUS and PROMTOOL.";
  if (process.env['OVERLOCK_REQUIRE_ALL'] !== undefined) throw new Error(`There is no Prometheus. ${advice}`);
  console.warn(`SKIPPED: tests with a real Prometheus. ${advice}`);
  return describe.skip;
})();

/** Runs `promtool` to its end. @throws Error with what it printed when it fails */
export function runPromtool(args: readonly string[], input = ''): void {
  const { status, stdout, stderr } = spawnSync(promtool, args, { encoding: 'utf8', input });
  if (status !== 0) throw new Error(`promtool ${args.join(' ')} failed:\n${stdout}${stderr}`);
}

export interface TestPrometheus extends AsyncDisposable {
  /** What an expression comes to now: the values by label sets. */
  readonly query: (expression: string) => Promise<readonly { readonly metric: object; readonly value: unknown }[]>;
  /** Answers of its HTTP API. */
  readonly api: (path: string) => Promise<unknown>;
}

/** Starts one that scrapes `target`, such as `127.0.0.1:9464`, every second, with these rules. */
export async function startPrometheus(target: string, rules: string): Promise<TestPrometheus> {
  const folder = await createTemporaryFolder();
  await folder.write('rules.yaml', rules);
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['rules.yaml'],
    scrape_configs: [{ job_name: 'overlock', static_configs: [{ targets: [target] }] }],
  };
  await folder.write('prometheus.yaml', stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const flags = [
    `--config.file=${folder.path}/prometheus.yaml`,
    `--storage.tsdb.path=${folder.path}/data`,
    `--web.listen-address=${address}`,
    '--enable-feature=exemplar-storage',
    '--log.level=error',
  ];
  const server: ChildProcess = spawn(prometheus, flags, { stdio: ['ignore', 'ignore', 'inherit'] });
  const api = async (path: string): Promise<unknown> => {
    const answer: unknown = await (await fetch(`http://${address}/api/v1/${path}`)).json();
    return typeof answer === 'object' && answer !== null && 'data' in answer ? answer.data : undefined;
  };
  await vi.waitFor(() => api('status/config'), { timeout: 15_000, interval: 100 });
  return {
    api,
    async query(expression) {
      const data = await api(`query?query=${encodeURIComponent(expression)}`);
      return typeof data === 'object' && data !== null && 'result' in data && Array.isArray(data.result)
        ? data.result
        : [];
    },
    async [Symbol.asyncDispose]() {
      server.kill('SIGKILL');
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
      await folder.remove();
    },
  };
}
