import { type ExecutionResult, type GraphQLSchema, getOperationAST, getVariableValues, parse, validate } from 'graphql';
import type { Engine, EngineOptions } from '../../gateway/execute/engine.ts';
import { TextAnswer } from '../../gateway/execute/text-answer.ts';
import type { Operation } from '../../gateway/operation/operation.ts';
import type { FetchRequest } from '../../gateway/transport/send.ts';
import { createRecordingLogger } from '../support/recording-logger.ts';
import type { Case, CaseFaults, CaseOperation } from './case.ts';
import { compareAnswers } from './compare-answers.ts';
import { composeCase } from './compose-case.ts';
import { createWitness, InProcessSubgraph, type Witness } from './in-process-subgraph.ts';
import { askMonolith } from './monolith.ts';
import type { EngineFactory, Verdict } from './run-case.ts';
import { readSubgraph } from './subgraph-model.ts';
import { Universe } from './universe.ts';

type Variables = CaseOperation['variables'];

/** What one request came to. */
type Round = Omit<Verdict, 'operation'>;

/** Nothing that a case does waits for anything but the processor. */
const answerMs = 3_000;

/** One engine over the subgraphs of one case. */
export class CaseSession {
  readonly #universe: Universe;
  readonly #publicSchema: GraphQLSchema;
  readonly #engine: Engine;
  readonly #witnesses = new Map<string, Witness>();
  readonly #recording = createRecordingLogger();
  #requests = 0;

  /** @throws Error when the subgraphs do not compose. */
  constructor(createEngine: EngineFactory, { subgraphs, data }: Case) {
    const composition = composeCase(subgraphs);
    if (composition.kind === 'refused') throw new Error(`The subgraphs do not compose. ${composition.messages[0]}`);
    const models = subgraphs.map(readSubgraph);
    this.#universe = new Universe(models, data);
    this.#publicSchema = composition.publicSchema;
    const witnessOf = (request: FetchRequest) => this.#witnessOf(request);
    const transports = new Map(
      models.map((model) => [model.name, new InProcessSubgraph(model, this.#universe, witnessOf)]),
    );
    this.#engine = createSafely(createEngine, {
      supergraph: composition.supergraph,
      publicSchema: composition.publicSchema,
      transportOf(name) {
        const transport = transports.get(name);
        if (transport === undefined) throw new Error(`There is no subgraph ${name}.`);
        return transport;
      },
      subgraphMessages: 'shown',
      log: this.#recording.log,
    });
  }

  /**
   * Runs one operation several times, as engines keep what they worked out: alone, then with the same and with other variables at
   * the same time. The verdict is on the first request that went wrong.
   * @throws Error when the operation is not valid.
   */
  async judge(operation: CaseOperation): Promise<Verdict> {
    const invalid = validate(this.#publicSchema, parse(operation.text));
    if (invalid.length > 0) throw new Error(`The operation is not valid: ${invalid[0]?.message}\n${operation.text}`);
    const { variables, others = variables, down = [], broken = [] } = operation;
    const faults = { down, broken };
    const request = toOperation(operation.text);
    const first = await this.#run(request, variables, faults);
    const rounds =
      first.findings.length > 0
        ? [first]
        : await Promise.all([
            first,
            this.#run(request, variables, faults),
            this.#run(request, variables, { down: [], broken: [] }),
            this.#run(request, others, faults),
          ]);
    const bad = rounds.findIndex(({ findings }) => findings.length > 0);
    const { findings, ...round } = rounds[Math.max(bad, 0)] ?? first;
    const note = bad > 0 ? [`Only request ${bad + 1} with the same operation went wrong.`] : [];
    return { operation, findings: [...findings, ...note], ...round };
  }

  async #run(operation: Operation, variables: Variables, faults: CaseFaults): Promise<Round> {
    const { document } = operation;
    const schema = this.#publicSchema;
    const expectation = await askMonolith({ schema, universe: this.#universe, document, variables, faults });
    const id = `request-${this.#requests++}`;
    const witness = createWitness(faults);
    this.#witnesses.set(id, witness);
    const findings: string[] = [];
    let got: ExecutionResult | undefined;
    try {
      const client = { id, headers: new Map(), onSubgraphHeaders: undefined };
      const coerced = coerceVariables(schema, operation, variables);
      const request = { operation, variables: coerced, client, signal: undefined, stickyKey: id };
      const answer = await inTime(this.#engine.execute(request));
      if (Symbol.asyncIterator in answer) throw new Error('The answer is a stream.');
      got = JSON.parse(JSON.stringify(answer)) as ExecutionResult;
      findings.push(...compareAnswers(expectation, got), ...checkText(answer));
    } catch (error) {
      findings.push(`The engine threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
    this.#witnesses.delete(id);
    const logged = this.#recording.lines.filter(({ level, fields }) => level === 'error' && fields['requestId'] === id);
    findings.push(...witness.violations, ...logged.map(({ message }) => `Logged: ${message}`));
    return { findings, expected: expectation.answer, got, fetches: witness.fetches };
  }

  #witnessOf({ client }: FetchRequest): Witness {
    const witness = this.#witnesses.get(client.id);
    if (witness === undefined) throw new Error('A fetch came for no request, or after its answer.');
    return witness;
  }
}

/** An engine that cannot be made for a supergraph goes wrong with each of its operations. */
function createSafely(createEngine: EngineFactory, options: EngineOptions): Engine {
  try {
    return createEngine(options);
  } catch (error) {
    return { execute: () => Promise.reject(error) };
  }
}

/** Of an answer that is written already: its text says each thing once, in the shortest way. */
function checkText(answer: ExecutionResult): readonly string[] {
  const text = TextAnswer.textOf(answer);
  const isRight = text === undefined || text === JSON.stringify(answer.data);
  return isRight ? [] : [`The text is not the JSON of the data: ${text}`];
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`There is no answer after ${answerMs} ms.`)), answerMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function coerceVariables(schema: GraphQLSchema, { definition }: Operation, variables: Variables): Variables {
  const { coerced, errors } = getVariableValues(schema, definition.variableDefinitions ?? [], variables);
  if (coerced === undefined) throw new Error(`The variables do not fit: ${errors[0]?.message}`);
  return coerced;
}

function toOperation(text: string): Operation {
  const document = parse(text);
  const definition = getOperationAST(document);
  if (!definition) throw new Error('The text must hold one operation.');
  return {
    kind: definition.operation,
    name: definition.name?.value,
    hash: text,
    document,
    definition,
    introspects: text.includes('__schema') || text.includes('__type('),
    introspectionOnly: false,
  };
}
