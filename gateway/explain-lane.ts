import type { IncomingMessage } from 'node:http';
import type { Explained } from '../console/explained.ts';
import { refuse } from './answer-visit.ts';
import type { Config } from './config/config.ts';
import { GatewayError } from './errors.ts';
import { toProblems } from './explain/to-problems.ts';
import type { Generation } from './generation.ts';
import { isBatch, readParams } from './http/read-params.ts';
import type { Reply } from './http/reply.ts';
import type { Identity } from './identity/identity.ts';
import { stickyKeyOf } from './identity/sticky-key.ts';
import { defaultVariables } from './operation/default-variables.ts';
import type { Operation, OperationParams } from './operation/operation.ts';
import { type Pipeline, takeGeneration } from './pipeline.ts';
import { toRefusedReply } from './to-reply.ts';
import type { Visit } from './visit.ts';

/** Answers how an operation would be answered. */
export type ExplainLane = (visit: Visit, source: IncomingMessage) => Promise<Reply>;

/** The way of operations that are being written: through the same doors as those that are sent, but nothing runs. */
export function createExplainLane(pipeline: Pipeline, config: Pick<Config, 'limits' | 'documents'>): ExplainLane {
  return async (visit, source) => {
    try {
      const params = await readParams(source, config.limits);
      if (isBatch(params)) throw new GatewayError('BAD_REQUEST', 'One operation is explained at a time.');
      const explained = await explain(pipeline, visit, params, config);
      return { status: 200, headers: { ...headers }, body: JSON.stringify(explained) };
    } catch (error) {
      return toRefusedReply(refuse(error, visit, pipeline.telemetry), headers['content-type'], noStore);
    }
  };
}

const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' } as const;
const noStore = new Map([['cache-control', 'no-store']]);

/** The life of an explanation: as `answerOperation`, up to where something would run. */
async function explain(
  pipeline: Pipeline,
  visit: Visit,
  params: OperationParams,
  { documents }: Pick<Config, 'documents'>,
): Promise<Explained> {
  const { visitor, client } = visit;
  const identity = await visitor.identify();
  visit.identity = identity;
  const stickyKey = stickyKeyOf(identity, visitor.ip, client.id);
  const generation = takeGeneration(pipeline, stickyKey);
  try {
    const { contents } = generation;
    const explainer = contents.explainer;
    if (explainer?.isFor(identity) !== true) throw notShown(identity);
    // To audit is to note what was run.
    const resolved = documents.mode === 'audit' ? params : pipeline.documents.resolve(params);
    const read = readAll(contents, resolved);
    if (read.operation === undefined) return { problems: read.problems, refusals: [] };
    const { operation, variables, problems } = read;
    const asker = { identity, client: visitor.client, ip: visitor.ip, requestId: client.id };
    const labels = contents.labelsOf({ ...asker, variables, headers: client.headers, stickyKey });
    const explained = await explainer.explain({ ...asker, operation, variables, labels });
    return { operation: { kind: operation.kind, name: operation.name }, problems, ...explained };
  } finally {
    generation.release();
  }
}

type Read = Pick<Explained, 'problems'> &
  (
    | { readonly operation: Operation; readonly variables: Readonly<Record<string, unknown>> }
    | { readonly operation: undefined }
  );

/** What is being written is mostly not right yet, which is an answer and no refusal. */
function readAll({ readOperation, readVariables }: Generation, params: OperationParams): Read {
  let operation: Operation | undefined;
  try {
    operation = readOperation(params, { method: 'POST' });
    return { operation, variables: readVariables(operation, params.variables ?? {}), problems: [] };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const problems = toProblems(error);
    return operation === undefined
      ? { operation, problems }
      : { operation, variables: defaultVariables(operation), problems };
  }
}

function notShown({ kind }: Identity): GatewayError {
  const whom = kind === 'anonymous' ? 'who sends no credentials' : 'these credentials';
  return new GatewayError(
    'FORBIDDEN',
    `How operations are answered is not shown to ${whom}. Set "queryPlan: true" in the configuration of the gateway, or "queryPlan: { scopes: [dev] }" and send credentials with such a scope.`,
  );
}
