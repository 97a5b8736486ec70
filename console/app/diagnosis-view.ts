import { confirmed, tell } from './dialogs.ts';
import { h } from './element.ts';
import { Follower } from './follower.ts';
import { lengthChoice } from './lengths.ts';
import { levelScopes, levels, logLevels, putLevel, type SetLevel } from './log-levels.ts';
import { choice, field, head, textInput } from './parts.ts';
import { profileForm } from './profile-form.ts';
import type { Kept } from './records.ts';
import { showTime } from './show.ts';
import { Table } from './table.ts';
import type { CreateView } from './view.ts';

/** How detailed the log is, and profiles of the gateway as it runs. */
export const diagnosisView: CreateView = () => {
  const table = createLevelTable(() => follower.refresh());
  const follower = new Follower(async () => table.update(await levels.list()));
  const form = levelForm(() => follower.refresh());
  const hint =
    'At debug, each request and each fetch of what is named has a line, whatever telemetry.logs.access says.';
  return {
    title: 'Diagnosis',
    element: h(
      'div',
      {},
      head('Diagnosis'),
      h('h2', {}, 'Log'),
      h('div', { class: 'panel' }, h('h3', {}, 'Set a level for a while'), form, h('p', { class: 'hint' }, hint)),
      follower.element,
      table.element,
      h('h2', {}, 'Profiles'),
      profileForm(),
    ),
    update: () => {},
    close: () => follower.close(),
  };
};

function createLevelTable(refresh: () => Promise<void>): Table<Kept<SetLevel>> {
  const reset = async (record: Kept<SetLevel>) => {
    const isToBe = await confirmed({
      title: `Reset the level for ${describe(record.value)}?`,
      consequence: 'The log is as detailed again as it is configured, on all gateways that share the store.',
      doIt: 'Reset it',
    });
    if (!isToBe) return;
    await tell(`The level for ${describe(record.value)} is reset.`, async () => {
      await levels.remove(record.id);
      await refresh();
    });
  };
  return new Table<Kept<SetLevel>>({
    caption: 'Levels that were set',
    empty: 'The log is as detailed as it is configured.',
    keyOf: ({ id }) => id,
    columns: [
      { title: 'For', cell: ({ value }) => describe(value) },
      { title: 'Level', isShort: true, cell: ({ value }) => value.level },
      { title: 'By', isShort: true, isExtra: true, cell: ({ value }) => value.setBy },
      {
        title: 'Until',
        isShort: true,
        cell: ({ expiresAt }) => (expiresAt === undefined ? 'it is reset' : showTime(expiresAt)),
      },
    ],
    actions: [{ title: () => 'Reset', run: (record) => void reset(record) }],
  });
}

function levelForm(refresh: () => Promise<void>): HTMLElement {
  const level = choice(
    logLevels.map((one) => [one, one]),
    'debug',
  );
  const scope = choice(levelScopes.map((one) => [one, one === 'all' ? 'everything' : `one ${one}`]));
  const name = textInput();
  const named = field('Name', name, true);
  const length = lengthChoice('600000', 'until it is reset');
  const showName = () => {
    named.hidden = scope.value === 'all';
    name.required = scope.value !== 'all';
  };
  scope.addEventListener('change', showName);
  showName();
  const form = h(
    'form',
    {},
    field('Level', level),
    field('For', scope),
    named,
    field('How long', length.element),
    h('button', { class: 'primary' }, 'Set it'),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const value = {
      level: logLevels[level.selectedIndex] ?? 'debug',
      scope: levelScopes[scope.selectedIndex] ?? 'all',
      name: scope.value === 'all' ? '' : name.value.trim(),
    };
    await tell(`The level for ${describe(value)} is ${value.level}.`, async () => {
      await putLevel(value, length.lifetimeMs());
      form.reset();
      showName();
      await refresh();
    });
  });
  return form;
}

function describe({ scope, name }: Pick<SetLevel, 'scope' | 'name'>): string {
  return scope === 'all' ? 'everything' : `the ${scope} ${name}`;
}
