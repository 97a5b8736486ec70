import { z } from 'zod';
import { type GraphRef, printGraphRef } from '../../../schema/feed/graph-ref.ts';
import { readSupergraph } from '../../../schema/supergraph/read.ts';
import type { Terminal } from '../terminal.ts';
import { atVariant } from './at-registry.ts';
import { printJson } from './print-json.ts';
import { readAnswer } from './read-answer.ts';
import { readVersion, type WholeVersion } from './read-version.ts';
import type { RegistryClient } from './registry-client.ts';
import type { ShowFlags } from './show-command.ts';
import { variantPath } from './variant-path.ts';

/** Prints a schema of a version; resolves to the exit code. */
export function showVersion(flags: ShowFlags, terminal: Terminal): Promise<number> {
  return atVariant(flags, terminal, async (client, ref) => {
    const number = flags.version ?? (await readLatest(client, ref));
    const version = await readVersion(client, ref, number);
    if (flags.json === true) printJson(version, terminal.stdout);
    else terminal.stdout.write(endLine(choose(flags, ref, version)));
  });
}

function choose(flags: ShowFlags, ref: GraphRef, { version, supergraphSdl, subgraphs }: WholeVersion): string {
  if (flags.public === true) return readSupergraph(supergraphSdl).publicSdl;
  if (flags.subgraph === undefined) return supergraphSdl;
  const subgraph = subgraphs.find(({ name }) => name === flags.subgraph);
  if (subgraph !== undefined) return subgraph.sdl;
  const names = subgraphs.map(({ name }) => name).join(', ');
  throw new Error(`Version ${version} of ${printGraphRef(ref)} has no subgraph ${flags.subgraph}; it has ${names}.`);
}

const variantShape = z.looseObject({ latest: z.looseObject({ version: z.number() }).optional() });

async function readLatest(client: RegistryClient, ref: GraphRef): Promise<number> {
  const { latest } = readAnswer(variantShape, await client.ask({ path: variantPath(ref) }));
  if (latest !== undefined) return latest.version;
  throw new Error(`Nothing was published to ${printGraphRef(ref)} yet.`);
}

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
