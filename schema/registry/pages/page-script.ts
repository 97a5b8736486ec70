/**
 * The script of the pages, as browsers get it. They can be read and used without it; it only searches while somebody types,
 * and zooms pictures.
 */
export const pageScript = `// Searches while somebody types, by asking for the page that the form would lead to.
for (const form of document.querySelectorAll('form[data-live]')) {
  const target = form.dataset.live;
  const status = form.querySelector('[role=status]');
  let timer;
  let asking;

  const search = async () => {
    asking?.abort();
    asking = new AbortController();
    const filled = [...new FormData(form)].filter(([, value]) => value !== '');
    const url = form.action + (filled.length > 0 ? '?' + new URLSearchParams(filled) : '');
    try {
      const response = await fetch(url, { signal: asking.signal });
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      const found = page.getElementById(target);
      // Signed out meanwhile, or something that only its own page can tell.
      if (found === null) return location.assign(url);
      document.getElementById(target).replaceWith(document.adoptNode(found));
      history.replaceState(null, '', url);
      status.textContent = found.dataset.status;
    } catch (error) {
      if (error.name !== 'AbortError') status.textContent = 'The registry cannot be reached.';
    }
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(search, 150);
  };
  form.addEventListener('input', soon);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(timer);
    search();
  });
  form.querySelector('button').hidden = true;
}

// Zooms a picture by buttons, and by + - 0 while it has the focus.
for (const region of document.querySelectorAll('[data-zoom]')) {
  const picture = region.querySelector('svg');
  const [width, height] = [picture.width.baseVal.value, picture.height.baseVal.value];
  const fit = () => Math.min(1, region.clientWidth / width);
  let scale = 1;

  const zoom = (next) => {
    scale = Math.min(4, Math.max(0.1, next));
    picture.setAttribute('width', width * scale);
    picture.setAttribute('height', height * scale);
  };
  const controls = [
    ['+', 'Larger', () => zoom(scale * 1.25)],
    ['-', 'Smaller', () => zoom(scale / 1.25)],
    ['0', 'Fit', () => zoom(fit())],
  ];

  const bar = document.createElement('div');
  bar.className = 'zoom';
  for (const [key, title, act] of controls) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = title;
    button.setAttribute('aria-keyshortcuts', key);
    button.addEventListener('click', act);
    bar.append(button);
  }
  region.before(bar);
  region.addEventListener('keydown', (event) => {
    const control = controls.find(([key]) => key === event.key || (key === '+' && event.key === '='));
    if (control === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    control[2]();
  });
}
`;
