import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compareInTurns } from './harness/compare-in-turns.ts';
import { leaveGatewayProcessor } from './harness/gateway-process.ts';
import { createGuards, type Guarded, guardedServices } from './harness/guards.ts';
import { readTurnFlags, turnOptions, turnSynopsis } from './harness/turn-flags.ts';
import { withSubgraphs } from './harness/with-subgraphs.ts';
import { composeSupergraph } from './scenario/supergraph.ts';

/** Enough for some collections of garbage, and little enough that the machine is the same in the next turn. */
const requestsPerTurn = 400;

const usage = `Measures what guarding the edge costs: the light query, open and guarded, in turns of ${requestsPerTurn} requests.

  npm run bench:guard -- ${turnSynopsis}

`;

/** What all guards together may add to the CPU time of a request. */
const ratioMost = 1.15;

/** Identical but for the connection they come by. */
const workload = { name: 'light', query: 'light', authorizations: 1, forwards: false } as const;

const flags = readTurnFlags(parseArgs({ options: turnOptions }).values, usage);
const guards = await createGuards();
leaveGatewayProcessor();
await withSubgraphs(async (stage) => {
  const guardedFile = path.join(path.dirname(stage.supergraphFile), 'guarded.graphql');
  await writeFile(guardedFile, composeSupergraph(stage.subgraphs, guardedServices));
  const kindOf = ({ contender, directives }: Guarded) => {
    return { contender, supergraphFile: directives ? guardedFile : stage.supergraphFile };
  };
  const comparison = {
    subject: 'guard',
    without: kindOf(guards.open),
    parts: flags.parts ? guards.parts.map(kindOf) : [],
    all: kindOf(guards.guarded),
    ratioMost,
  };
  const { authorization } = guards;
  await compareInTurns(comparison, stage, { ...flags, workload, requestsPerTurn, authorization });
});
