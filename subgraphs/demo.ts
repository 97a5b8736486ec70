import { extname, join } from 'node:path';
import { runDemo } from './run-demo.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());

// The sources run through a loader, the build without one: the gateway runs the way this file does.
const gateway = join(import.meta.dirname, '..', 'gateway', `main${extname(import.meta.filename)}`);

process.exitCode = await runDemo({
  gateway: [...process.execArgv, gateway],
  environment: process.env,
  print: (text) => process.stdout.write(text),
  stop: stop.signal,
});
