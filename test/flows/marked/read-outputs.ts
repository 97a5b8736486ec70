import { readFile } from 'node:fs/promises';
import type { Conversation } from './ask-everything.ts';
import type { Surroundings } from './surroundings.ts';

/** Everything that a gateway tells, by where; it is ended. */
export async function readOutputs(
  around: Surroundings,
  { answers, explained }: Conversation,
  commands: string,
): Promise<Record<string, string>> {
  const {
    gateway,
    folder,
    backends: { collector, pager, registry },
  } = around;
  const admin = await readAdminPort(around);
  await gateway.end();
  const sent = (word: string) =>
    collector.bodies
      .filter(({ url }) => url.includes(word))
      .map(({ bytes, body }) => `${bytes.toString('latin1')}\n${JSON.stringify(body)}`)
      .join('\n');
  const alertsAt = (path: string) =>
    pager.requests
      .filter((request) => request.path.startsWith(path))
      .map(({ headers, body }) => `${JSON.stringify(headers)}\n${body}`)
      .join('\n');
  const read = (name: string) => readFile(`${folder.path}/${name}`, 'utf8');
  return {
    ...admin,
    'standard output': gateway.output(),
    log: gateway.log(),
    audit: await read('audit.log'),
    traces: sent('trace'),
    'metrics by OTLP': sent('metrics'),
    'reports of usage': JSON.stringify(registry.reports),
    'webhook alerts': alertsAt('/webhook'),
    'Slack alerts': alertsAt('/slack'),
    'PagerDuty alerts': alertsAt('/pager-duty'),
    'command alerts': await read('alert.json'),
    baselines: await read('baselines.json'),
    answers: answers.join('\n'),
    'explained answers': explained.join('\n'),
    commands,
  };
}

/** What each path of the admin port answers to operators. */
async function readAdminPort({ gateway, secrets }: Surroundings): Promise<Record<string, string>> {
  const ask = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${gateway.adminUrl}${path}`, { headers: { authorization: `Bearer ${secrets.admin}`, ...headers } });
  const text = async (path: string, headers?: Record<string, string>) => {
    const response = await ask(path, headers);
    return `${JSON.stringify([...response.headers])}\n${await response.text()}`;
  };
  const traffic = await text('/traffic');
  const hashes = new Set(traffic.match(/\b[0-9a-f]{64}\b/g) ?? []);
  const looks = await Promise.all(
    [...hashes].map(async (hash) => await (await ask(`/control/operations/${hash}`)).text()),
  );
  return {
    metrics: `${await text('/metrics')}\n${await text('/metrics', { accept: 'application/openmetrics-text' })}`,
    '/traffic': traffic,
    '/traffic/timeline': await text('/traffic/timeline?operation=Me'),
    '/traffic/events': await readFirstEvent(await ask('/traffic/events')),
    '/control/operations': looks.join('\n'),
    '/control/state': await text('/control/state'),
    '/alerts': await text('/alerts'),
    '/anomalies': await text('/anomalies'),
    '/usage': `${await text('/usage')}\n${await text('/usage/recent')}`,
    '/control': (await Promise.all(listings.map((name) => text(`/control/${name}`)))).join('\n'),
  };
}

const listings = ['blocks', 'revocations', 'api-keys', 'log-levels', 'cache', 'canaries'];

async function readFirstEvent(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  await reader?.cancel();
  return Buffer.from(value ?? []).toString();
}
