interface Scrolled {
  readonly frame: HTMLElement;
  readonly label: string;
}

const scrolled = new WeakMap<Element, Scrolled>();
const resized = new ResizeObserver((entries) => {
  for (const { frame, label } of new Set(entries.flatMap(({ target }) => scrolled.get(target) ?? []))) {
    // Only then, as each place that can be reached by keys is one more to pass.
    const isWider = frame.scrollWidth > frame.clientWidth;
    for (const [name, value] of Object.entries({ tabindex: '0', role: 'region', 'aria-label': label })) {
      if (isWider) frame.setAttribute(name, value);
      else frame.removeAttribute(name);
    }
  }
});

/** Has an element be reached and scrolled by keys, under a name, when what is in it is wider than it. */
export function scrollByKeys(frame: HTMLElement, content: Element, label: string): void {
  for (const element of [frame, content]) {
    scrolled.set(element, { frame, label });
    resized.observe(element);
  }
}
