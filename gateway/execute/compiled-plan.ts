import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { GatewayError } from '../errors.ts';
import type { SupergraphModel } from '../plan/model.ts';
import type { Plan } from '../plan/plan.ts';
import { estimatePlanBytes } from '../plan/plan-bytes.ts';
import { TooManyPlacesError } from '../plan/plan-error.ts';
import { type OperationToPlan, planOperation } from '../plan/plan-operation.ts';
import { type AnswerObjects, toAnswerObjects } from './answer-shape.ts';
import { compileWriter, type WriteAnswer } from './compile-writer.ts';
import { completeAnswer } from './complete-answer.ts';
import type { DefaultValues } from './default-values.ts';
import { DegradedPaths } from './degraded-paths.ts';
import type { Fetched } from './fetched.ts';
import type { Kept } from './kept-plans.ts';
import { type ReadyFetchStep, type ReadyPlan, type ReadyStage, toReadyStages } from './ready-plan.ts';
import { noteStale } from './stale-paths.ts';
import { TextAnswer } from './text-answer.ts';

/** How often a plan is run before it is worth to compile how its answers are written. */
const runsBeforeWriter = 2;

/** A plan with all that can be worked out before it is run. */
export class CompiledPlan implements ReadyPlan, Kept {
  readonly plan: Plan;
  readonly bytes: number;
  isUsed = false;
  /** Length of the last answer that was written, about; 0 before. */
  answerBytes = 0;
  readonly stages: readonly ReadyStage[];
  readonly #shape: AnswerObjects;
  readonly #defaults: DefaultValues;
  #writer: WriteAnswer | undefined;
  #runs = 0;

  constructor(plan: Plan, shape: AnswerObjects, defaults: DefaultValues) {
    this.plan = plan;
    this.bytes = estimatePlanBytes(plan);
    this.#shape = shape;
    this.#defaults = defaults;
    this.stages = toReadyStages(plan);
  }

  /** How often it was run. */
  get runs(): number {
    return Math.max(0, ...this.fetches.map(({ fetch }) => fetch.times.runs));
  }

  get fetches(): readonly ReadyFetchStep[] {
    return this.stages.flat().filter((ready) => ready.fetch !== undefined);
  }

  /** Completes what was fetched: as text when nothing is wrong with it. */
  complete({ root, errors, isPlain, staleLinks }: Fetched): ExecutionResult {
    const text = errors.isEmpty ? this.#writerOf()?.(root, isPlain) : undefined;
    if (text !== undefined) this.answerBytes = text.length;
    if (text !== undefined && staleLinks === undefined) return new TextAnswer(text);
    const degraded = new DegradedPaths();
    if (staleLinks !== undefined) noteStale(this.#shape, root, staleLinks, degraded);
    if (text !== undefined)
      return degraded.isEmpty ? new TextAnswer(text) : new TextAnswer(text, { degraded: degraded.list() });
    const answer = completeAnswer(this.#shape, root, errors, { defaults: this.#defaults, degraded });
    return degraded.isEmpty ? answer : degraded.tellIn(answer);
  }

  #writerOf(): WriteAnswer | undefined {
    this.#runs += 1;
    if (this.#writer === undefined && this.#runs > runsBeforeWriter) this.#writer = compileWriter(this.#shape);
    return this.#writer;
  }
}

/** A plan ready to be run, or the refusal of an operation that comes to more than can be planned. */
export function compilePlan(
  model: SupergraphModel,
  operation: OperationToPlan,
  publicSchema: GraphQLSchema,
  defaults: DefaultValues,
): CompiledPlan | GatewayError {
  try {
    const plan = planOperation(model, operation);
    return new CompiledPlan(plan, toAnswerObjects(plan.answer, publicSchema), defaults);
  } catch (error) {
    if (!(error instanceof TooManyPlacesError)) throw error;
    return new GatewayError(
      'MAX_SELECTIONS_LIMIT',
      'The types that the fields may have multiply too much. Select less of interfaces and unions within each other.',
    );
  }
}
