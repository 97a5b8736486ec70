import { CommandLine } from './command-line.ts';
import { compiled } from './compiled.ts';

export type { GatewayProcess } from './command-line.ts';

const commandLine = new CommandLine(await compiled('gateway/main.js'));

/** Runs the command line; resolves when the process ends. */
export const runOverlock: CommandLine['run'] = (...given) => commandLine.run(...given);

/** Starts `overlock serve` and resolves when it answers. */
export const startGateway: CommandLine['startGateway'] = (...given) => commandLine.startGateway(...given);

/** Starts `overlock serve` without waiting for it. */
export const launchGateway: CommandLine['launchGateway'] = (...given) => commandLine.launchGateway(...given);
