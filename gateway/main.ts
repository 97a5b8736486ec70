import { runCommandLine } from './cli/program.ts';
import { createTerminal } from './cli/terminal.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), createTerminal(process));
