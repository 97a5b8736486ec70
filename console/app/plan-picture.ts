import { s } from './element.ts';

/** One request to a subgraph, as it is drawn. */
export interface PicturedFetch {
  readonly kind: 'fetch';
  readonly id: number;
  readonly subgraph: string;
  /** Steps that must have ended. */
  readonly after: readonly number[];
  readonly operation: string;
  readonly entities: readonly { readonly types: readonly string[] }[];
}

interface PicturedAttachment {
  readonly kind: 'attach';
  readonly id: number;
  readonly after: readonly number[];
  readonly at: readonly string[];
}

/** When a fetch began and how long it took, in milliseconds. */
interface PicturedTime {
  readonly startMs: number;
  readonly durationMs: number;
  /** The longest that it may take; default: as long as it did. */
  readonly mostMs?: number;
  readonly hasFailed: boolean;
  readonly note: string;
}

export interface PlanPictureOptions<Fetch extends PicturedFetch> {
  /** What is known of how a fetch goes; one line. */
  readonly saidOf: (step: Fetch) => string | undefined;
  readonly timeOf: (step: Fetch) => PicturedTime | undefined;
  /** Told which fetch is looked at. */
  readonly onChoose: (step: Fetch) => void;
}

export interface PlanPicture {
  readonly element: SVGSVGElement;
  /** Looks at a fetch, if there is one of that number. */
  readonly choose: (id: number) => void;
}

type Step<Fetch> = Fetch | PicturedAttachment;

const box = { width: 230, gapX: 64, gapY: 18, left: 14, top: 40 } as const;
/** With times there are two more lines. */
const heights = { plain: 56, timed: 92 } as const;
const letters = 30;

/** Where a step is drawn. */
interface Place<Fetch> {
  readonly step: Step<Fetch>;
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** Draws a plan: waves from left to right, each fetch with when it begins and how long it takes, where that is known. */
export function drawPlan<Fetch extends PicturedFetch>(
  waves: readonly (readonly Step<Fetch>[])[],
  options: PlanPictureOptions<Fetch>,
): PlanPicture {
  const fetches = waves.flat().filter((step) => step.kind === 'fetch');
  const times = fetches.flatMap((step) => options.timeOf(step) ?? []);
  const boxHeight = fetches.some((step) => options.saidOf(step) !== undefined) ? heights.timed : heights.plain;
  const endMs = Math.max(1, ...times.map(({ startMs, durationMs, mostMs }) => startMs + (mostMs ?? durationMs)));
  const places = placeSteps(waves, boxHeight);
  const choose = (id: number) => {
    const step = fetches.find((one) => one.id === id);
    if (step === undefined) return;
    for (const [other, group] of groups) group.setAttribute('aria-pressed', String(other === id));
    options.onChoose(step);
  };
  const groups = new Map<number, SVGElement>();
  const boxes = Array.from(places.values(), (place) => {
    const { step } = place;
    if (step.kind === 'attach') return drawAttachment(place, step);
    const group = drawFetch(place, step, options, endMs, choose);
    groups.set(step.id, group);
    return group;
  });
  const edges = Array.from(places.values()).flatMap((place) => drawEdges(place, places));
  const titles = waves.map((_, index) => {
    return s('text', { class: 'quiet', x: box.left + index * (box.width + box.gapX), y: 22 }, `Wave ${index + 1}`);
  });
  const rows = Math.max(1, ...waves.map((steps) => steps.length));
  const width = box.left * 2 + waves.length * (box.width + box.gapX) - box.gapX;
  const height = box.top + rows * (boxHeight + box.gapY);
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  const named = { ...size, role: 'group', 'aria-label': 'The plan, wave by wave' };
  return { element: s('svg', named, ...titles, ...edges, ...boxes), choose };
}

function placeSteps<Fetch extends PicturedFetch>(
  waves: readonly (readonly Step<Fetch>[])[],
  height: number,
): ReadonlyMap<number, Place<Fetch>> {
  const places = new Map<number, Place<Fetch>>();
  for (const [wave, steps] of waves.entries()) {
    for (const [row, step] of steps.entries()) {
      const x = box.left + wave * (box.width + box.gapX);
      places.set(step.id, { step, x, y: box.top + row * (height + box.gapY), height });
    }
  }
  return places;
}

function drawEdges<Fetch extends PicturedFetch>(
  { step, x, y, height }: Place<Fetch>,
  places: ReadonlyMap<number, Place<Fetch>>,
): readonly SVGElement[] {
  return step.after.flatMap((id) => {
    const from = places.get(id);
    if (from === undefined) return [];
    const [x1, y1, y2] = [from.x + box.width, from.y + height / 2, y + height / 2];
    const middle = (x1 + x) / 2;
    return s('path', { class: 'edge', d: `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x} ${y2}` });
  });
}

function drawFrame({ x, y, height }: Pick<Place<never>, 'x' | 'y' | 'height'>): SVGElement {
  return s('rect', { class: 'box', x, y, width: box.width, height, rx: 8 });
}

function drawAttachment(place: Pick<Place<never>, 'x' | 'y' | 'height'>, { at }: PicturedAttachment): SVGElement {
  const { x, y } = place;
  const note = s('text', { x: x + 12, y: y + 24 }, 'Put together');
  const where = s('text', { class: 'quiet', x: x + 12, y: y + 42 }, shorten(at.join(', ')));
  return s('g', {}, drawFrame(place), note, where);
}

function drawFetch<Fetch extends PicturedFetch>(
  place: Place<Fetch>,
  step: Fetch,
  { saidOf, timeOf }: PlanPictureOptions<Fetch>,
  endMs: number,
  onChoose: (id: number) => void,
): SVGElement {
  const { id, subgraph, entities, operation } = step;
  const { x, y } = place;
  const types = [...new Set(entities.flatMap((one) => one.types))];
  const asked = types.length === 0 ? 'root fields' : types.join(', ');
  const said = saidOf(step);
  const group = s(
    'g',
    {
      class: 'step',
      role: 'button',
      tabindex: 0,
      'aria-pressed': 'false',
      'aria-label': `Fetch ${id} from ${subgraph}: ${[asked, said].filter(Boolean).join('; ')}`,
      onclick: () => onChoose(id),
      onkeydown: (event) => {
        if (!(event instanceof KeyboardEvent) || (event.key !== 'Enter' && event.key !== ' ')) return;
        event.preventDefault();
        onChoose(id);
      },
    },
    s('title', {}, operation),
    drawFrame(place),
    s('text', { x: x + 12, y: y + 24, 'font-weight': 600 }, shorten(subgraph)),
    s('text', { class: 'quiet', x: x + 12, y: y + 42 }, shorten(asked)),
  );
  if (said !== undefined) group.append(s('text', { class: 'quiet', x: x + 12, y: y + 60 }, shorten(said)));
  const time = timeOf(step);
  if (time !== undefined) group.append(...drawTime(place, time, endMs));
  return group;
}

/** When it begins and ends, of the time of the whole plan. */
function drawTime(
  { x, y }: Pick<Place<never>, 'x' | 'y'>,
  { startMs, durationMs, hasFailed, note }: PicturedTime,
  endMs: number,
): readonly SVGElement[] {
  const whole = box.width - 24;
  const at = (ms: number) => x + 12 + (whole * Math.min(ms, endMs)) / endMs;
  const track = s('rect', { class: 'track', x: x + 12, y: y + 72, width: whole, height: 8, rx: 4 });
  const length = Math.max(3, at(startMs + durationMs) - at(startMs));
  const tone = hasFailed ? 'time late' : 'time';
  const time = s('rect', { class: tone, x: at(startMs), y: y + 72, width: length, height: 8, rx: 4 });
  time.append(s('title', {}, note));
  return [track, time];
}

function shorten(text: string): string {
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
}
