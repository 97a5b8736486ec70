import { missingNodeFlags, tuneHeap } from './lib/node-flags.ts';

const { argv, env, execArgv, execPath } = process;
const isGateway = argv[2] === 'serve';
const flags = isGateway ? missingNodeFlags({ nodeOptions: env['NODE_OPTIONS'], execArgv }) : [];

// Node takes them only when it starts, so it starts anew as the same process: from Node 22.15 on, and not on Windows. A process that
// another one has a channel to, such as a worker, would lose it.
if (flags.length > 0 && process.send === undefined && 'execve' in process && typeof process.execve === 'function') {
  process.execve(execPath, [execPath, ...flags, ...execArgv, ...argv.slice(1)]);
}

if (isGateway) tuneHeap();

const { runCommandLine } = await import('./cli/program.ts');
const { createTerminal } = await import('./cli/terminal.ts');

process.exitCode = await runCommandLine(argv.slice(2), createTerminal(process));
