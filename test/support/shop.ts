import path from 'node:path';
import { stringify } from 'yaml';
import { loadConfig } from '../../gateway/config/load.ts';
import { type ServiceName, serviceNames } from '../../subgraphs/services.ts';
import { type RunningService, startService } from '../../subgraphs/start-service.ts';
import { type Sections, startTestGateway, type TestGateway } from './gateway.ts';

/** The demo shop and its gateway, listening on free ports of this process. */
export interface Shop extends TestGateway {
  readonly services: Readonly<Record<ServiceName, RunningService>>;
}

/**
 * Starts the shop. `overrides` go over the demo's configuration, section by section; `env` are more of the variables that it
 * takes.
 */
export async function startShop(overrides: Sections = {}, env: Readonly<Record<string, string>> = {}): Promise<Shop> {
  const running = await Promise.all(serviceNames.map((name) => startService(name, { port: 0 })));
  const services = Object.fromEntries(running.map((service) => [service.name, service])) as Shop['services'];
  const config = await loadDemoConfig({ ...toEnvironment(services), GATEWAY_PORT: '0', ADMIN_PORT: '0', ...env });
  const gateway = await startTestGateway({ ...config, ...overrides });
  return {
    ...gateway,
    services,
    async stop() {
      await gateway.stop();
      await Promise.all(running.map((service) => service.close()));
    },
  };
}

/** The variables that tell the demo's configuration where these services are. */
export function toEnvironment(services: Shop['services']): Readonly<Record<string, string>> {
  const variables = Object.values(services).map(({ name, url }) => [`${name.toUpperCase()}_URL`, url]);
  return Object.fromEntries(variables);
}

async function loadDemoConfig(env: Readonly<Record<string, string>>) {
  const cwd = path.resolve(import.meta.dirname, '../../subgraphs');
  const loaded = await loadConfig({ file: 'overlock.yaml', env, cwd });
  if (loaded.kind === 'loaded') return loaded.config;
  throw new Error(stringify(loaded.problems));
}
