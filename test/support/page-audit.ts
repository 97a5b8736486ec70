import type { Page } from 'playwright-core';

/**
 * What of a page keeps somebody from reading or using it: sentences, none when all is well. It looks at names of fields and
 * buttons, the order of headings, landmarks, tables, contrast (https://www.w3.org/TR/WCAG22/#contrast-minimum) and width.
 */
export async function auditPage(page: Page): Promise<readonly string[]> {
  return await page.evaluate(audit);
}

/** Runs in the browser, so it has all that it needs in itself. */
function audit(): readonly string[] {
  const problems: string[] = [];
  const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
  const told = (element: Element) => element.outerHTML.slice(0, 120);
  const isShown = (element: Element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });

  for (const input of all('input:not([type=hidden]), select, textarea').filter(isShown)) {
    const labels = [...((input as HTMLInputElement).labels ?? [])];
    if (labels.every((label) => label.textContent?.trim() === '')) problems.push(`No label: ${told(input)}`);
  }
  for (const control of all('a, button, summary').filter(isShown)) {
    const name = control.getAttribute('aria-label') ?? control.textContent;
    if (name?.trim() === '') problems.push(`No name: ${told(control)}`);
  }
  for (const region of all('[role=region], nav, svg[role]')) {
    if (!region.hasAttribute('aria-label') && !region.hasAttribute('aria-labelledby'))
      problems.push(`No name: ${told(region)}`);
  }
  for (const scrolled of all('main *').filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)) {
    const { overflowX } = getComputedStyle(scrolled);
    if (/auto|scroll/.test(overflowX) && scrolled.tabIndex !== 0)
      problems.push(`Not scrolled by keyboard: ${told(scrolled)}`);
  }
  const levels = all('h1, h2, h3, h4, h5, h6').map(({ tagName }) => Number(tagName.slice(1)));
  if (levels.filter((level) => level === 1).length !== 1 || levels[0] !== 1)
    problems.push('There is not one h1, first.');
  for (const [index, level] of levels.entries()) {
    if (level > (levels[index - 1] ?? 0) + 1) problems.push(`After h${levels[index - 1]} comes h${level}.`);
  }
  for (const landmark of ['main', 'header']) {
    if (all(landmark).length !== 1) problems.push(`There is not one ${landmark}.`);
  }
  for (const table of all('table')) {
    if (table.querySelector('caption')?.textContent?.trim() === '') problems.push(`No caption: ${told(table)}`);
    if (table.querySelector('th:not([scope])') !== null) problems.push(`A heading without scope: ${told(table)}`);
  }
  const ids = all('[id]').map(({ id }) => id);
  for (const id of ids.filter((one, index) => ids.indexOf(one) !== index)) problems.push(`Twice: #${id}`);
  if (document.documentElement.lang === '') problems.push('The page has no language.');
  const excess = document.documentElement.scrollWidth - window.innerWidth;
  if (excess > 0) problems.push(`It is ${excess} pixels wider than the window.`);
  return [...problems, ...findPaleTexts()];

  function findPaleTexts(): readonly string[] {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 1;
    const pen = canvas.getContext('2d', { willReadFrequently: true });
    if (pen === null) return ['The browser does not paint.'];
    const known = new Map<string, readonly number[]>();
    const over = (colors: readonly string[]) => {
      const key = colors.join();
      const painted = known.get(key) ?? paint(colors);
      known.set(key, painted);
      return painted;
    };
    const paint = (colors: readonly string[]): readonly number[] => {
      for (const color of ['white', ...colors]) {
        pen.fillStyle = color;
        pen.fillRect(0, 0, 1, 1);
      }
      return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = (color: readonly number[]) => {
      const [red = 0, green = 0, blue = 0] = color.map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const pale = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      if (parent === null || walker.currentNode.textContent?.trim() === '' || !isShown(parent)) continue;
      if (parent.closest('title, option, script, [aria-hidden=true]') !== null) continue;
      const grounds: string[] = [];
      for (let one: Element | null = parent; one !== null; one = one.parentElement) {
        grounds.unshift(getComputedStyle(one).backgroundColor);
      }
      const style = getComputedStyle(parent);
      const [light = 0, dark = 0] = [
        luminance(over([...grounds, parent instanceof SVGElement ? style.fill : style.color])),
        luminance(over(grounds)),
      ].sort((a, b) => b - a);
      const contrast = (light + 0.05) / (dark + 0.05);
      if (contrast < 4.5) pale.add(`Contrast of ${contrast.toFixed(2)}: ${told(parent)}`);
    }
    return [...pale];
  }
}
