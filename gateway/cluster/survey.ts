import type { LiveLook, LiveSubject } from '../../console/live.ts';
import type { Step } from '../anomalies/step.ts';
import type { MetricFamily, ProcessFamilies } from '../telemetry/metrics/metric-family.ts';
import type { RecentRefusal } from '../telemetry/refusals/recent-refusals.ts';
import type { ProfileKind } from '../telemetry/take-profile.ts';
import type { TrafficPoint, TrafficSnapshot } from '../telemetry/traffic/traffic.ts';
import type { MeteredTime } from '../usage/meter.ts';
import type { Member } from './crew.ts';
import type { ProfileOutcome, ToPrimary, ToWorker } from './messages.ts';
import { Questions } from './questions.ts';

type Told = Extract<
  ToPrimary,
  { kind: 'traffic' | 'timeline' | 'usage' | 'step' | 'families' | 'refusals' | 'look' | 'profile' }
>;

/** A worker that takes longer to tell something is left out. */
const answerWithinMs = 1_000;
/** A busy worker takes long to write down what it saw. */
const profileGraceMs = 20_000;

/** Asks workers what they see. */
export class Survey {
  readonly #present: () => Iterable<Member>;
  readonly #traffic = new Questions<TrafficSnapshot | undefined>();
  readonly #timelines = new Questions<readonly TrafficPoint[]>();
  readonly #steps = new Questions<Step | undefined>();
  readonly #usage = new Questions<MeteredTime | undefined>();
  readonly #families = new Questions<readonly MetricFamily[]>();
  readonly #refusals = new Questions<readonly RecentRefusal[]>();
  readonly #looks = new Questions<LiveLook | undefined>();
  readonly #profiles = new Questions<ProfileOutcome>();

  /** @param present those that listen */
  constructor(present: () => Iterable<Member>) {
    this.#present = present;
  }

  /** What happened lately in each worker. */
  async traffic(windowMs: number): Promise<readonly TrafficSnapshot[]> {
    const answers = await this.askAll(this.#traffic, (turn) => ({ kind: 'traffic', turn, windowMs }));
    return answers.flatMap(({ answer }) => answer ?? []);
  }

  /** How one operation, client or subgraph did in each worker. */
  async timelines(subject: LiveSubject, windowMs: number): Promise<readonly (readonly TrafficPoint[])[]> {
    const answers = await this.askAll(this.#timelines, (turn) => ({ kind: 'timeline', turn, subject, windowMs }));
    return answers.map(({ answer }) => answer);
  }

  /** Takes what each worker has counted since the last time. */
  async takeSteps(atMs: number): Promise<readonly Step[]> {
    const answers = await this.askAll(this.#steps, (turn) => ({ kind: 'step', turn, atMs }));
    return answers.flatMap(({ answer }) => answer ?? []);
  }

  /** What the requests of the last hour came to in each worker. */
  async recentUsage(): Promise<readonly MeteredTime[]> {
    const answers = await this.askAll(this.#usage, (turn) => ({ kind: 'usage', turn }));
    return answers.flatMap(({ answer }) => answer ?? []);
  }

  /** Metrics of each worker by name. */
  async families(names: readonly string[]): Promise<readonly ProcessFamilies[]> {
    const answers = await this.askAll(this.#families, (turn) => ({ kind: 'families', turn, names }));
    return answers.map(({ worker, answer }) => ({ process: String(worker), families: answer }));
  }

  /** The last refusals of each worker. */
  async refusals(): Promise<readonly (readonly RecentRefusal[])[]> {
    const answers = await this.askAll(this.#refusals, (turn) => ({ kind: 'refusals', turn }));
    return answers.map(({ answer }) => answer);
  }

  /** An operation as the worker tells of it that has run it most. */
  async lookAt(hash: string): Promise<LiveLook | undefined> {
    const answers = await this.askAll(this.#looks, (turn) => ({ kind: 'look', turn, hash }));
    const looks = answers.flatMap(({ answer }) => answer ?? []);
    return looks.toSorted((one, other) => (other.plan?.runs ?? 0) - (one.plan?.runs ?? 0))[0];
  }

  /** Profiles one worker. @throws Error with a sentence */
  async profile(of: ProfileKind, seconds: number): Promise<string> {
    const [member] = this.#present();
    if (member === undefined) throw new Error('There is no worker to profile yet. Try again in a second.');
    const ask = (turn: number) => member.send({ kind: 'profile', turn, of, seconds });
    const outcome = await this.#profiles.ask(member.number, ask, seconds * 1_000 + profileGraceMs);
    if (outcome?.kind === 'taken') return outcome.text;
    throw new Error(outcome?.message ?? 'The worker ended, or took too long to tell.');
  }

  /** What those answer that do so in time. */
  async askAll<Answer>(questions: Questions<Answer>, messageOf: (turn: number) => ToWorker) {
    const asked = Array.from(this.#present(), async (member) => {
      const answer = await questions.ask(member.number, (turn) => member.send(messageOf(turn)), answerWithinMs);
      return answer === undefined ? [] : [{ worker: member.number, answer }];
    });
    return (await Promise.all(asked)).flat();
  }

  /** What a worker answered. */
  receive(told: Told): void {
    switch (told.kind) {
      case 'traffic':
        this.#traffic.answer(told.turn, told.snapshot);
        break;
      case 'timeline':
        this.#timelines.answer(told.turn, told.timeline);
        break;
      case 'step':
        this.#steps.answer(told.turn, told.step);
        break;
      case 'usage':
        this.#usage.answer(told.turn, told.recent);
        break;
      case 'families':
        this.#families.answer(told.turn, told.families);
        break;
      case 'refusals':
        this.#refusals.answer(told.turn, told.refusals);
        break;
      case 'look':
        this.#looks.answer(told.turn, told.look);
        break;
      case 'profile':
        this.#profiles.answer(told.turn, told.outcome);
        break;
      default:
        told satisfies never;
    }
  }

  /** A worker that is gone answers no more. */
  giveUp(gone: number): void {
    const all = [
      this.#traffic,
      this.#timelines,
      this.#usage,
      this.#steps,
      this.#families,
      this.#refusals,
      this.#looks,
      this.#profiles,
    ];
    for (const questions of all) questions.giveUp(gone);
  }
}
