import { h, setText } from '../element.ts';

export type TabName = 'plan' | 'cost' | 'access';

const tabs: readonly { readonly name: TabName; readonly title: string }[] = [
  { name: 'plan', title: 'Plan' },
  { name: 'cost', title: 'Cost' },
  { name: 'access', title: 'Authorization' },
];

const keptAt = 'overlock:explained';
const heightLeast = 140;
const heightStep = 24;
/** Of the window: so much is left for GraphiQL itself. */
const shareMost = 0.7;
/** In smaller windows the panel begins closed. */
const roomyHeight = 640;

/** What is kept from one visit to the next. */
interface Kept {
  readonly isOpen: boolean;
  readonly height: number;
  readonly tab: TabName;
}

/** The panel's frame: its height, its tabs, and whether it is open. */
export class Frame {
  readonly element: HTMLElement;
  readonly #onChange: () => void;
  readonly #buttons = new Map<TabName, { readonly button: HTMLButtonElement; readonly figure: HTMLElement }>();
  readonly #mark = h('span', { class: 'mark', role: 'status' });
  readonly #toggle: HTMLButtonElement;
  readonly #grip: HTMLElement;
  readonly #pane: HTMLElement;
  #kept: Kept = readKept();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    this.#toggle = h('button', {
      type: 'button',
      class: 'toggle',
      onclick: () => this.#keep({ isOpen: !this.isOpen }),
    });
    this.#pane = h('div', { class: 'pane', role: 'tabpanel', id: 'explained-pane', tabindex: 0 });
    this.#grip = this.#createGrip();
    const list = h(
      'div',
      { class: 'tabs', role: 'tablist', 'aria-label': 'How it is answered' },
      ...this.#createTabs(),
    );
    this.element = h(
      'section',
      { class: 'graphiql-container explained', 'aria-label': 'How the operation is answered' },
      this.#grip,
      h('div', { class: 'bar' }, list, this.#mark, this.#toggle),
      this.#pane,
    );
    this.#apply();
  }

  get isOpen(): boolean {
    return this.#kept.isOpen;
  }

  get tab(): TabName {
    return this.#kept.tab;
  }

  /** Writes a few words beside the titles of the tabs. */
  setFigures(figures: Readonly<Record<TabName, string>>): void {
    for (const [name, { figure }] of this.#buttons) setText(figure, figures[name]);
  }

  /** Writes what is wrong, in a few words; nothing when all is well. */
  setMark(text: string): void {
    setText(this.#mark, text);
  }

  show(parts: readonly HTMLElement[]): void {
    this.#pane.replaceChildren(...parts);
  }

  #createTabs(): readonly HTMLElement[] {
    return tabs.map(({ name, title }, index) => {
      const figure = h('span', { class: 'figure' });
      const button = h(
        'button',
        {
          type: 'button',
          role: 'tab',
          id: `explained-${name}`,
          'aria-controls': 'explained-pane',
          onclick: () => this.#keep({ tab: name, isOpen: true }),
          onkeydown: (event) => {
            const by = event instanceof KeyboardEvent ? stepOf(event.key) : 0;
            const next = by === 0 ? undefined : tabs[(index + by + tabs.length) % tabs.length];
            if (next === undefined) return;
            this.#keep({ tab: next.name });
            this.#buttons.get(next.name)?.button.focus();
          },
        },
        title,
        figure,
      );
      this.#buttons.set(name, { button, figure });
      return button;
    });
  }

  #createGrip(): HTMLElement {
    const grip = h('div', {
      class: 'grip',
      role: 'separator',
      tabindex: 0,
      'aria-orientation': 'horizontal',
      'aria-label': 'Height of the panel',
      'aria-valuemin': heightLeast,
      onkeydown: (event) => {
        const by = event instanceof KeyboardEvent ? growthOf(event.key) : 0;
        if (by === 0) return;
        event.preventDefault();
        this.#keep({ height: this.#kept.height + by });
      },
      onpointerdown: (event) => {
        if (event instanceof PointerEvent) grip.setPointerCapture(event.pointerId);
      },
      onpointermove: (event) => {
        if (!(event instanceof PointerEvent) || !grip.hasPointerCapture(event.pointerId)) return;
        this.#keep({ height: innerHeight - event.clientY });
      },
    });
    return grip;
  }

  #keep(change: Partial<Kept>): void {
    const isSized = change.height !== undefined;
    const height = Math.max(heightLeast, Math.min(change.height ?? this.#kept.height, innerHeight * shareMost));
    this.#kept = { ...this.#kept, ...change, height };
    localStorage.setItem(keptAt, JSON.stringify(this.#kept));
    this.#apply();
    if (!isSized) this.#onChange();
  }

  #apply(): void {
    const { isOpen, height, tab } = this.#kept;
    this.element.classList.toggle('open', isOpen);
    this.element.style.height = isOpen ? `${height}px` : '';
    this.#grip.hidden = !isOpen;
    this.#grip.setAttribute('aria-valuenow', String(Math.round(height)));
    this.#grip.setAttribute('aria-valuemax', String(Math.round(innerHeight * shareMost)));
    this.#pane.hidden = !isOpen;
    this.#pane.setAttribute('aria-labelledby', `explained-${tab}`);
    this.#toggle.setAttribute('aria-expanded', String(isOpen));
    this.#toggle.setAttribute('aria-label', isOpen ? 'Hide how it is answered' : 'Show how it is answered');
    for (const [name, { button }] of this.#buttons) {
      button.setAttribute('aria-selected', String(name === tab));
      button.tabIndex = name === tab ? 0 : -1;
    }
  }
}

function stepOf(key: string): number {
  return key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
}

function growthOf(key: string): number {
  return key === 'ArrowUp' ? heightStep : key === 'ArrowDown' ? -heightStep : 0;
}

function readKept(): Kept {
  const first: Kept = { isOpen: innerHeight >= roomyHeight, height: Math.round(innerHeight * 0.36), tab: 'plan' };
  try {
    const { isOpen, height, tab } = JSON.parse(localStorage.getItem(keptAt) ?? '{}') as Partial<Kept>;
    return {
      isOpen: typeof isOpen === 'boolean' ? isOpen : first.isOpen,
      height: typeof height === 'number' && height > 0 ? Math.min(height, innerHeight * shareMost) : first.height,
      tab: tabs.find(({ name }) => name === tab)?.name ?? first.tab,
    };
  } catch {
    return first;
  }
}
