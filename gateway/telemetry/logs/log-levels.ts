import { type LogLevel, logLevels } from '../../config/logs.ts';
import type { LevelRule } from './level-rule.ts';
import type { RequestsUnderWay } from './requests-under-way.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The place of a level among all, the one that tells most first. */
export function rankOf(level: LogLevel): number {
  return logLevels.indexOf(level);
}

/** How detailed the log is: as configured, or as operators say for a while. */
export class LogLevels {
  readonly #configured: number;
  readonly #requests: Pick<RequestsUnderWay, 'of'>;
  #general: number;
  #rules: readonly LevelRule[] = [];
  /** The rank of the most detailed of all. */
  least: number;

  constructor(configured: LogLevel, requests: Pick<RequestsUnderWay, 'of'>) {
    this.#configured = rankOf(configured);
    this.#requests = requests;
    this.#general = this.#configured;
    this.least = this.#configured;
  }

  set(rules: readonly LevelRule[]): void {
    const general = rules.filter(({ scope }) => scope === 'all').map(({ level }) => rankOf(level));
    this.#general = general.length === 0 ? this.#configured : Math.min(...general);
    this.#rules = rules.filter(({ scope }) => scope !== 'all');
    this.least = Math.min(this.#general, ...this.#rules.map(({ level }) => rankOf(level)));
  }

  /** Whether an entry is written; what it is about is found by its `requestId` and its `subgraph`. */
  allows(rank: number, fields: Fields | undefined): boolean {
    if (rank < this.least) return false;
    if (this.#rules.length === 0 || fields === undefined) return rank >= this.#general;
    const ranks = this.#rules.filter((rule) => this.#isAbout(rule, fields)).map(({ level }) => rankOf(level));
    return rank >= (ranks.length === 0 ? this.#general : Math.min(...ranks));
  }

  #isAbout({ scope, name }: LevelRule, fields: Fields): boolean {
    if (scope === 'subgraph') return fields['subgraph'] === name;
    const request = this.#requests.of(fields['requestId']);
    if (request === undefined) return false;
    if (scope === 'client') return request.visitor.client.name === name;
    return request.operation?.name === name || request.operation?.hash === name;
  }
}
