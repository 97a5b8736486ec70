import type { Problem } from '../../schema/supergraph/problem.ts';
import type { CacheStoreReport } from '../cache/store/levelled-store.ts';
import type { GroupFigures } from '../canary/group-tally.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type MetricsFormat, toPrometheusText } from '../telemetry/metrics/prometheus-text.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Crew, Member } from './crew.ts';
import { crewMetrics } from './crew-metrics.ts';
import { labelMetrics } from './label-metrics.ts';
import type {
  CountAnswer,
  CountAsk,
  KeyAnswer,
  KeyAsk,
  RecordsMessage,
  ServedOutcome,
  ServeMessage,
  SupergraphMessage,
  ToPrimary,
} from './messages.ts';
import { Questions } from './questions.ts';
import { Survey } from './survey.ts';

/** What workers are to do, whoever they are. */
export type Work = Omit<ServeMessage, 'kind' | 'turn' | 'worker' | 'workers'>;

export interface StaffOptions {
  readonly crew: Pick<Crew, 'size' | 'restarts' | 'attach' | 'broadcast' | 'stop'>;
  readonly log: Logger;
  /** What there is to do now; `undefined` as long as that is not known. */
  readonly work: () => Work | undefined;
  readonly count: (worker: number, asks: readonly (CountAsk | KeyAsk)[]) => readonly (CountAnswer | KeyAnswer)[];
  /** A worker tells how groups of endpoints do. */
  readonly onGroupFigures: (figures: readonly GroupFigures[]) => void;
  /** A worker has ended. */
  readonly onGone: (worker: number) => void;
}

/** A worker that takes longer to tell something is left out. */
const answerWithinMs = 1_000;

/** The workers as those who do what the primary says. */
export class Staff {
  /** Asks them what they see. */
  readonly survey: Survey = new Survey(() => this.#present.values());
  readonly #options: StaffOptions;
  readonly #served = new Questions<ServedOutcome>();
  readonly #taken = new Questions<readonly Problem[]>();
  readonly #metrics = new Questions<string | undefined>();
  readonly #purged = new Questions<boolean>();
  readonly #caches = new Questions<readonly CacheStoreReport[]>();
  /** Those that listen to what they are told, by number. */
  readonly #present = new Map<number, Member>();
  /** By number of a worker, where it answers clients. */
  readonly #urls = new Map<number, string>();
  /** Told what became of the first worker. */
  #onFirst: ((outcome: ServedOutcome) => void) | undefined;
  #hasBegun = false;

  constructor(options: StaffOptions) {
    this.#options = options;
  }

  /** Where clients connect; empty as long as no worker answers. */
  get url(): string {
    return [...this.#urls.values()][0] ?? '';
  }

  /** How many answer clients. */
  get serving(): number {
    return this.#urls.size;
  }

  /** Has workers do what there is to do from now on, and resolves with what became of the first one. */
  async employ(): Promise<ServedOutcome> {
    const first = new Promise<ServedOutcome>((resolve) => {
      this.#onFirst = resolve;
    });
    this.#options.crew.attach({
      onMessage: (member, message) => this.#receive(member, message),
      onExit: (member, reason) => this.#forget(member, reason),
    });
    const outcome = await first;
    this.#hasBegun = true;
    return outcome;
  }

  /**
   * Has one worker do something else; when it can, `commit` is called and all do. One that then cannot is replaced.
   * @returns what became of the first one
   */
  async change(work: Work, commit: () => void): Promise<ServedOutcome> {
    const first = this.#any();
    const outcome: ServedOutcome | undefined =
      // It may be what they need to live.
      first === undefined ? { kind: 'started', url: this.url } : await this.#ask(first, work);
    if (outcome === undefined) return { kind: 'error', message: 'A worker ended while it tried.' };
    if (outcome.kind !== 'started') {
      // Node numbers what a process tries to listen on, and after a failure no more as in the others: they could not share it.
      if (outcome.kind === 'error') first?.send({ kind: 'stop' });
      return outcome;
    }
    commit();
    if (first !== undefined) this.#urls.set(first.number, outcome.url);
    await Promise.all(this.#allBut(first).map((member) => this.#assign(member, work)));
    return outcome;
  }

  /**
   * Gives one worker a new supergraph; when it takes it, `commit` is called and all get it. As long as none answers clients nobody can
   * say whether it is good.
   * @throws Error when it is refused
   */
  async changeSupergraph(message: SupergraphMessage, commit: () => void): Promise<void> {
    const first = this.serving > 0 ? this.#any() : undefined;
    if (first === undefined) {
      commit();
      this.#options.crew.broadcast(message);
      return;
    }
    const problems = await this.#give(first, message);
    if (problems === undefined) throw new Error('a worker ended while it took it.');
    const [problem] = problems;
    if (problem !== undefined) throw new Error(problem.message.replace(/^The supergraph cannot be run: /, ''));
    commit();
    await Promise.all(
      this.#allBut(first).map(async (member) => {
        const found = await this.#give(member, message);
        if (found !== undefined && found.length > 0) this.#dismiss(member, { problems: found });
      }),
    );
  }

  broadcast(message: RecordsMessage): void {
    this.#options.crew.broadcast(message);
  }

  /** The metrics of all processes in one text; `undefined` when they are off. */
  async metricsText(format: MetricsFormat, readOwn: Telemetry['metricsText']): Promise<string | undefined> {
    const own = await readOwn(format);
    if (own === undefined) return undefined;
    const answers = await this.survey.askAll(this.#metrics, (turn) => ({ kind: 'metrics', turn, format }));
    const texts = answers.flatMap(({ worker, answer }) =>
      answer === undefined ? [] : [{ worker: String(worker), text: answer }],
    );
    const state = { serving: () => this.serving, restarts: () => this.#options.crew.restarts };
    return toPrometheusText(crewMetrics(state), format) + labelMetrics([{ worker: 'primary', text: own }, ...texts]);
  }

  /** Takes something out of all caches: one worker does it and tells the others. Gives whether all gateways have been told. */
  async purge(tags: readonly string[]): Promise<boolean> {
    const member = this.#any();
    if (member === undefined) return true;
    const ask = (turn: number) => member.send({ kind: 'purge', turn, tags });
    return (await this.#purged.ask(member.number, ask, answerWithinMs)) === true;
  }

  /** What is known of the caches of all workers. */
  async cacheReports(): Promise<readonly CacheStoreReport[]> {
    const answers = await this.survey.askAll(this.#caches, (turn) => ({ kind: 'caches', turn }));
    return answers.flatMap(({ answer }) => answer);
  }

  async stop(deadlineMs: number): Promise<void> {
    await this.#options.crew.stop(deadlineMs);
  }

  /** One that answers clients, or else one that listens. */
  #any(): Member | undefined {
    const [number = Number.NaN] = this.#urls.keys();
    return this.#present.get(number) ?? [...this.#present.values()][0];
  }

  #allBut(first: Member | undefined): readonly Member[] {
    return [...this.#present.values()].filter((member) => member !== first);
  }

  async #ask(member: Member, work: Work): Promise<ServedOutcome | undefined> {
    const { size } = this.#options.crew;
    return await this.#served.ask(member.number, (turn) =>
      member.send({ kind: 'serve', turn, worker: member.number, workers: size, ...work }),
    );
  }

  async #assign(member: Member, work: Work): Promise<void> {
    const outcome = await this.#ask(member, work);
    if (outcome === undefined) return;
    if (outcome.kind === 'started') {
      this.#urls.set(member.number, outcome.url);
    } else if (this.#hasBegun) {
      this.#dismiss(member, outcome.kind === 'failed' ? { problems: outcome.problems } : { reason: outcome.message });
    }
    this.#tellFirst(outcome);
  }

  /** Another one takes its place. */
  #dismiss(member: Member, why: Readonly<Record<string, unknown>>): void {
    this.#options.log.error('A worker cannot do what others do, and is replaced.', { worker: member.number, ...why });
    member.send({ kind: 'stop' });
  }

  async #give(member: Member, message: SupergraphMessage): Promise<readonly Problem[] | undefined> {
    return await this.#taken.ask(member.number, (turn) => member.send({ ...message, turn }));
  }

  #receive(member: Member, message: ToPrimary): void {
    const { number } = member;
    switch (message.kind) {
      case 'hello': {
        this.#present.set(number, member);
        const work = this.#options.work();
        if (work !== undefined) void this.#assign(member, work);
        return;
      }
      case 'served':
        this.#served.answer(message.turn, message.outcome);
        return;
      case 'taken':
        this.#taken.answer(message.turn, message.problems);
        return;
      case 'metrics':
        this.#metrics.answer(message.turn, message.text);
        return;
      case 'purged':
        this.#purged.answer(message.turn, message.isTold);
        return;
      case 'invalid':
        for (const other of this.#allBut(member)) other.send(message);
        return;
      case 'caches':
        this.#caches.answer(message.turn, message.reports);
        return;
      case 'traffic':
      case 'timeline':
      case 'usage':
      case 'step':
      case 'families':
      case 'refusals':
      case 'look':
      case 'profile':
        this.survey.receive(message);
        return;
      case 'count': {
        const answers = this.#options.count(number, message.asks);
        if (answers.length > 0) member.send({ kind: 'counted', answers });
        return;
      }
      case 'groups':
        this.#options.onGroupFigures(message.figures);
        return;
      case 'pong':
        return;
      default:
        message satisfies never;
    }
  }

  #forget({ number }: Member, reason: string): void {
    this.#present.delete(number);
    this.#urls.delete(number);
    this.#options.onGone(number);
    const asked = [this.#metrics, this.#purged, this.#caches];
    const all = [this.#served, this.#taken, ...asked, this.survey];
    for (const questions of all) questions.giveUp(number);
    this.#tellFirst({ kind: 'error', message: `A worker ended ${reason} before it could answer.` });
  }

  #tellFirst(outcome: ServedOutcome): void {
    this.#onFirst?.(outcome);
    this.#onFirst = undefined;
  }
}
