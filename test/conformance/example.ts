import { type ExecutionResult, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Answer, Engine } from '../../gateway/execute/engine.ts';
import { coerceVariables } from '../../gateway/operation/coerce-variables.ts';
import { describePlan } from '../../gateway/plan/describe-plan.ts';
import { printPlan } from '../../gateway/plan/print-plan.ts';
import type { CaseSubgraph } from '../property/case.ts';
import { composeCase } from '../property/compose-case.ts';
import { readSubgraph } from '../property/subgraph-model.ts';
import { createRecordingLogger } from '../support/recording-logger.ts';
import { type EngineName, engines, toOperation } from '../support/test-graph.ts';
import { type ExampleData, Tables } from './example-data.ts';
import { ExampleSubgraph } from './example-subgraph.ts';

/** One thing that supergraphs can say, with what becomes of it. */
export interface Example {
  /** SDL by name; of federation 2 unless it begins with "# federation 1". */
  readonly subgraphs: Readonly<Record<string, string>>;
  readonly data: ExampleData;
  readonly operation: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Labels of `@override` that are on. */
  readonly labels?: readonly string[];
  /** Who asks. */
  readonly stickyKey?: string;
  /** As `overlock plan` prints it. */
  readonly plan: string;
  /** The variables of what some subgraphs are sent. */
  readonly sent?: Readonly<Record<string, readonly unknown[]>>;
  /** The data, or of a subscription that of its events. */
  readonly answer: unknown;
  /** The errors, each with its path. */
  readonly problems?: readonly string[];
  /** Why the stitched engine answers something else. */
  readonly notStitched?: string;
}

const imports = [
  '@key',
  '@requires',
  '@provides',
  '@external',
  '@shareable',
  '@override',
  '@inaccessible',
  '@interfaceObject',
  '@tag',
  '@composeDirective',
  '@extends',
];
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ${JSON.stringify(imports)})\n`;

/** How often an operation is run: how its answers are written is compiled only once that is worth it. */
const runs = 4;

/** Holds both engines to an example. */
export function example(title: string, one: Example): void {
  // One list, since what is composed of it is kept by it.
  const subgraphs = Object.entries(one.subgraphs).map(([name, sdl]) => ({ name, sdl: withLink(sdl) }));
  describe(title, () => {
    it('is planned and answered as written', async () => {
      const { operation, engine, ask, transports } = setUp('compiled', one, subgraphs);
      const actual = printPlan(describePlan(operation.kind, engine.planOf?.(ask)));
      expect(actual).toBe(dedent(one.plan));
      expect(await read(engine.execute(ask))).toEqual(expected(one));
      for (const [name, variables] of Object.entries(one.sent ?? {})) {
        expect(transports.get(name)?.sent).toEqual(variables);
      }
      for (let run = 1; run < runs; run++) expect(await read(engine.execute(ask))).toEqual(expected(one));
    });
    const { notStitched } = one;
    if (notStitched === undefined) {
      it('is answered alike by the stitched engine', async () => {
        const { engine, ask } = setUp('stitched', one, subgraphs);
        expect(await read(engine.execute(ask))).toEqual(expected(one));
      });
    } else {
      it(`is not answered so by the stitched engine: ${notStitched}`, async () => {
        const answer = async () => {
          const { engine, ask } = setUp('stitched', one, subgraphs);
          return await read(engine.execute(ask));
        };
        expect(await answer().catch(String)).not.toEqual(expected(one));
      });
    }
  });
}

function setUp(engineName: EngineName, one: Example, subgraphs: readonly CaseSubgraph[]) {
  const composition = composeCase(subgraphs);
  if (composition.kind === 'refused') throw new Error(composition.messages.join('\n'));
  const { supergraph, publicSchema } = composition;
  expect(validate(publicSchema, parse(one.operation))).toEqual([]);
  const models = subgraphs.map(readSubgraph);
  const tables = new Tables(one.data, models);
  const transports = new Map(models.map((model) => [model.name, new ExampleSubgraph(model, tables)]));
  const engine: Engine = engines[engineName]({
    supergraph,
    publicSchema,
    transportOf(name) {
      const transport = transports.get(name);
      if (transport === undefined) throw new Error(`There is no subgraph ${name}.`);
      return transport;
    },
    subgraphMessages: 'shown',
    overrideLabels: one.labels ?? [],
    log: createRecordingLogger().log,
  });
  const operation = toOperation(one.operation);
  const ask = {
    operation,
    variables: coerceVariables(publicSchema, operation, one.variables),
    client: { id: 'request-1', headers: new Map(), onSubgraphHeaders: undefined },
    signal: undefined,
    stickyKey: one.stickyKey,
  };
  return { operation, engine, ask, transports };
}

function withLink(sdl: string): string {
  return sdl.startsWith('# federation 1') || sdl.includes('specs.apollo.dev/federation') ? sdl : `${link}${sdl}`;
}

/** Each answer as text: the order of what is in it counts. */
async function read(answer: Promise<Answer>): Promise<readonly string[]> {
  const known = await answer;
  if (!(Symbol.asyncIterator in known)) return [toText(known)];
  const events: string[] = [];
  for await (const event of known) events.push(toText(event));
  return events;
}

function toText({ data, errors }: ExecutionResult): string {
  const problems = errors?.map(({ message, path }) => `${path?.join('.')}: ${message}`);
  return JSON.stringify({ data, problems }, undefined, 2);
}

function expected({ answer, problems, operation }: Example): readonly string[] {
  const isStream = toOperation(operation).kind === 'subscription' && Array.isArray(answer);
  return (isStream ? answer : [answer]).map((data: unknown) => JSON.stringify({ data, problems }, undefined, 2));
}

/** Without the indentation of the first line. */
function dedent(text: string): string {
  const lines = text.replace(/^\n/, '').trimEnd().split('\n');
  const indentation = /^ */.exec(lines[0] ?? '')?.[0].length ?? 0;
  return lines.map((line) => line.slice(Math.min(indentation, line.length - line.trimStart().length))).join('\n');
}
