import { describe, expect, it } from 'vitest';
import { judgeDetector } from '../../../bench/anomalies/judge.ts';
import { Baselines } from '../../../gateway/anomalies/baselines.ts';
import { Detector } from '../../../gateway/anomalies/detector.ts';
import { type Step, stepMs } from '../../../gateway/anomalies/step.ts';

const weekMs = 7 * 86_400_000;
const stepAt = (atMs: number, requests: number, rest: Partial<Step> = {}): Step => ({
  atMs,
  total: { requests, errors: 0, refused: 0 },
  operations: { Products: { requests, errors: 0 } },
  clients: { web: { requests, errors: 0, operations: { Products: requests } } },
  askers: {},
  ...rest,
});
const options = { sensitivity: 6, least: 60 };
const isBusy = (atMs: number) => (atMs / 3_600_000) % 24 >= 12;

/** A detector that has seen weeks of 1000 requests in five minutes from noon on, and 100 before. */
function learn(weeks: number): Detector {
  const detector = new Detector(options);
  for (let atMs = 0; atMs < weeks * weekMs; atMs += stepMs) detector.take(stepAt(atMs, isBusy(atMs) ? 1_000 : 100));
  return detector;
}

describe('the detector of anomalies', () => {
  it('finds planted anomalies in synthetic weeks, and little else', { timeout: 60_000 }, () => {
    const verdict = judgeDetector({ seed: 11, learnt: 3, judged: 1, eventsAWeek: 4 });
    expect(verdict.recall).toBeGreaterThanOrEqual(0.9);
    expect(verdict.precision).toBeGreaterThanOrEqual(0.9);
    expect(verdict.forecastError).toBeLessThan(0.2);
  });

  it('goes by the hour of the week, and says nothing before it knows it', () => {
    const detector = learn(3);
    const morning = 3 * weekMs + 9 * 3_600_000;
    const kindsOf = (step: Step) => new Set(detector.take(step).map(({ kind }) => kind));
    expect(kindsOf(stepAt(morning, 1_000))).toEqual(new Set(['surge']));
    expect(kindsOf(stepAt(morning + 6 * 3_600_000, 1_000))).toEqual(new Set());
    expect(new Detector(options).take(stepAt(0, 1_000_000))).toEqual([]);
    expect(detector.forecast(3 * weekMs + 15.5 * 3_600_000)).toBeGreaterThan(0);
    expect(new Detector(options).forecast(0)).toBe(undefined);
  });

  it('expects the busy hour before it comes', () => {
    const detector = learn(3);
    const at = (hour: number) => detector.forecast(3 * weekMs + hour * 3_600_000) ?? 0;
    expect(at(9)).toBeCloseTo(100 / 300, 1);
    expect(at(11.8)).toBeGreaterThan(2);
  });

  it('goes on where it was after a restart', () => {
    const kept = JSON.parse(JSON.stringify(learn(3).baselines.toJson()));
    const baselines = new Baselines();
    baselines.read([...kept, ['client', 'broken', 0, 'AAAA'], ['nothing', '', 0, '']]);
    const detector = new Detector(options, baselines);
    const found = detector.take(stepAt(3 * weekMs + 9 * 3_600_000, 1_000));
    expect(found.map(({ kind, of, name }) => [kind, of, name])).toEqual([
      ['surge', 'all', ''],
      ['surge', 'operation', 'Products'],
      ['surge', 'client', 'web'],
    ]);
    expect(detector.baselines.find('client', 'broken')).toBe(undefined);
  });

  it('keeps no more baselines than it may, however clients call themselves', () => {
    const detector = new Detector(options);
    for (let turn = 0; turn < 20; turn += 1) {
      const names = Array.from({ length: 200 }, (_, index) => `c${turn}-${index}`);
      const clients = Object.fromEntries(names.map((name) => [name, { requests: 1, errors: 0, operations: {} }]));
      detector.take(stepAt(turn * stepMs, 200, { clients }));
    }
    expect(detector.baselines.toJson().length).toBeLessThan(810);
  });
});
