import type { LiveAttachment, LiveFetch, LiveLook } from '../live.ts';
import { s } from './element.ts';
import { showMs, showShare } from './show.ts';

type Plan = NonNullable<LiveLook['plan']>;
type Step = LiveFetch | LiveAttachment;

const box = { width: 230, height: 92, gapX: 64, gapY: 18, left: 14, top: 40 } as const;
const letters = 30;

/** Where a step is drawn. */
interface Place {
  readonly step: Step;
  readonly x: number;
  readonly y: number;
}

/** Draws a plan: waves from left to right, each fetch with when it begins and how long it takes. `onChoose` is told the fetch that is looked at. */
export function drawPlan({ waves }: Plan, onChoose: (step: LiveFetch) => void): SVGSVGElement {
  const places = placeSteps(waves);
  const rows = Math.max(1, ...waves.map((steps) => steps.length));
  const width = box.left * 2 + waves.length * (box.width + box.gapX) - box.gapX;
  const height = box.top + rows * (box.height + box.gapY);
  const endMs = Math.max(1, ...waves.flat().map(endOf));
  const boxes = Array.from(places.values(), (place) => drawStep(place, endMs, onChoose));
  const edges = Array.from(places.values()).flatMap((place) => drawEdges(place, places));
  const titles = waves.map((_, index) => {
    const x = box.left + index * (box.width + box.gapX);
    return s('text', { class: 'quiet', x, y: 22 }, `Wave ${index + 1}`);
  });
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  return s('svg', { ...size, role: 'group', 'aria-label': 'The plan, wave by wave' }, ...titles, ...edges, ...boxes);
}

function placeSteps(waves: Plan['waves']): ReadonlyMap<number, Place> {
  const places = new Map<number, Place>();
  for (const [wave, steps] of waves.entries()) {
    for (const [row, step] of steps.entries()) {
      const x = box.left + wave * (box.width + box.gapX);
      places.set(step.id, { step, x, y: box.top + row * (box.height + box.gapY) });
    }
  }
  return places;
}

function endOf(step: Step): number {
  return step.kind === 'fetch' && step.timing !== undefined ? step.timing.startMs + step.timing.p95Ms : 0;
}

function drawEdges({ step, x, y }: Place, places: ReadonlyMap<number, Place>): readonly SVGElement[] {
  return step.after.flatMap((id) => {
    const from = places.get(id);
    if (from === undefined) return [];
    const [x1, y1, y2] = [from.x + box.width, from.y + box.height / 2, y + box.height / 2];
    const middle = (x1 + x) / 2;
    return s('path', { class: 'edge', d: `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x} ${y2}` });
  });
}

function drawStep(place: Place, endMs: number, onChoose: (step: LiveFetch) => void): SVGElement {
  const { step, x, y } = place;
  const frame = s('rect', { class: 'box', x, y, width: box.width, height: box.height, rx: 8 });
  if (step.kind === 'attach') {
    const note = s('text', { x: x + 12, y: y + 26 }, 'Put together');
    const at = s('text', { class: 'quiet', x: x + 12, y: y + 46 }, shorten(step.at.join(', ')));
    return s('g', {}, frame, note, at);
  }
  const { subgraph, timing, entities } = step;
  const asked = entities.length === 0 ? 'root fields' : [...new Set(entities.flatMap(({ types }) => types))].join(', ');
  const said =
    timing === undefined ? 'not needed so far' : `${showMs(timing.p50Ms)}, of 20 one ${showMs(timing.p95Ms)}`;
  const choose = () => onChoose(step);
  const group = s(
    'g',
    {
      class: 'step',
      role: 'button',
      tabindex: 0,
      'aria-pressed': 'false',
      'data-step': step.id,
      'aria-label': `Fetch ${step.id} from ${subgraph}: ${asked}; ${said}`,
      onclick: choose,
      onkeydown: (event) => {
        if (!(event instanceof KeyboardEvent) || (event.key !== 'Enter' && event.key !== ' ')) return;
        event.preventDefault();
        choose();
      },
    },
    frame,
    s('text', { x: x + 12, y: y + 24, 'font-weight': 600 }, shorten(subgraph)),
    s('text', { class: 'quiet', x: x + 12, y: y + 42 }, shorten(asked)),
    s('text', { class: 'quiet', x: x + 12, y: y + 60 }, said),
    ...drawTimes(place, endMs),
  );
  return group;
}

/** When it usually begins and ends, of the time of the whole plan. */
function drawTimes({ step, x, y }: Place, endMs: number): readonly SVGElement[] {
  if (step.kind !== 'fetch' || step.timing === undefined) return [];
  const { startMs, p50Ms, failures, runs } = step.timing;
  const whole = box.width - 24;
  const at = (ms: number) => x + 12 + (whole * Math.min(ms, endMs)) / endMs;
  const track = s('rect', { class: 'track', x: x + 12, y: y + 72, width: whole, height: 8, rx: 4 });
  const length = Math.max(3, at(startMs + p50Ms) - at(startMs));
  const tone = failures > 0 ? 'time late' : 'time';
  const time = s('rect', { class: tone, x: at(startMs), y: y + 72, width: length, height: 8, rx: 4 });
  const note = `begins after ${showMs(startMs)}; ${showShare(failures, runs)} of ${runs} failed`;
  time.append(s('title', {}, note));
  return [track, time];
}

function shorten(text: string): string {
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
}
