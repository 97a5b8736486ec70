import { parseArgs } from 'node:util';
import { parsePort } from './listen.ts';
import { isServiceName, serviceNames } from './services.ts';
import { startService } from './start-service.ts';

const usage = `Say which service to start: ${serviceNames.join(', ')}.

  npm run subgraph <service> -- [--port <number>] [--host <address>]

Where a flag is missing, the variable PORT or HOST is taken; else the service's own port of 127.0.0.1.`;

try {
  await serve(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

async function serve(args: string[]): Promise<void> {
  const options = { port: { type: 'string' }, host: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [name] = positionals;
  if (name === undefined) throw new Error(usage);
  if (!isServiceName(name)) throw new Error(`There is no service "${name}". ${usage}`);

  const { port = process.env['PORT'], host = process.env['HOST'] } = values;
  const service = await startService(name, {
    ...(port !== undefined && { port: parsePort(port) }),
    ...(host !== undefined && { host }),
  });
  process.stdout.write(`${name} answers at ${service.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, service.close);
}
