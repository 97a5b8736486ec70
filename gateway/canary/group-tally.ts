import type { Measured } from '../../schema/feed/judge-figures.ts';
import type { CanaryConfig } from '../config/canary.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Backends } from '../transport/backends.ts';
import { Figures } from './figures.ts';
import type { Side } from './meter.ts';

/** Calls of one of the two groups of a canary. */
export interface GroupFigures extends Measured {
  readonly subgraph: string;
  readonly side: Side;
}

export interface GroupTallyOptions {
  readonly canaries: ReadonlyMap<string, CanaryConfig>;
  readonly backends: Pick<Backends, 'observe'>;
  readonly telemetry: Pick<Telemetry, 'backendCanaryCalled'>;
  /** Told what has come since it was told last. */
  readonly tell: (figures: readonly GroupFigures[]) => void;
}

interface Tally {
  readonly subgraph: string;
  readonly side: Side;
  readonly figures: Figures;
}

/** Often enough that what tells gateways each other loses no time by it. */
const tellMs = 500;

/** Counts the calls of canaries and their baselines in this process, until what it gives is called. */
export function tallyGroups({ canaries, backends, telemetry, tell }: GroupTallyOptions): () => void {
  const tallies: Tally[] = [];
  const stops = Array.from(canaries, ([subgraph, config]) => {
    const [canary, baseline] = [new Figures(), new Figures()];
    tallies.push({ subgraph, side: 'canary', figures: canary }, { subgraph, side: 'baseline', figures: baseline });
    return backends.observe(subgraph, ({ group, outcome, isGood, durationMs }) => {
      if (outcome === 'cancelled') return;
      if (group === config.group) canary.note(isGood, durationMs);
      else if (group === config.baseline) baseline.note(isGood, durationMs);
    });
  });
  const flush = () => {
    const told = tallies
      .filter(({ figures }) => figures.count > 0)
      .map(({ subgraph, side, figures }): GroupFigures => ({ subgraph, side, ...figures.read() }));
    for (const { figures } of tallies) figures.clear();
    for (const { subgraph, side, count, errors } of told) telemetry.backendCanaryCalled(subgraph, side, count, errors);
    if (told.length > 0) tell(told);
  };
  const timer = tallies.length === 0 ? undefined : setInterval(flush, tellMs).unref();
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
    flush();
  };
}
