import type { Explained, ExplainedAnswer, ExplainedProblem } from '../../explained.ts';
import { h } from '../element.ts';
import { showNumber } from '../show.ts';
import { accessTab, countDenied } from './access-tab.ts';
import type { Told } from './ask-explained.ts';
import { costTab } from './cost-tab.ts';
import { Frame, type TabName } from './frame.ts';
import { hint } from './parts.ts';
import { type Chosen, countPlan, planTab } from './plan-tab.ts';

/** Shows below GraphiQL how what is written in it would be answered, and how it was. */
export class Panel {
  readonly #frame: Frame;
  readonly #chosen: Chosen = { id: 1 };
  #told: Told | undefined;
  /** The last draft that could be read: it stays while its next one cannot. */
  #explained: Explained | undefined;
  #answer: ExplainedAnswer | undefined;

  constructor() {
    this.#frame = new Frame(() => this.#draw());
    this.#draw();
  }

  get element(): HTMLElement {
    return this.#frame.element;
  }

  /** Shows what is said of the draft; `undefined` when there is none. */
  tell(told: Told | undefined): void {
    this.#told = told;
    if (told?.kind !== 'explained') this.#explained = undefined;
    else if (told.explained.operation !== undefined) this.#explained = told.explained;
    this.#draw();
  }

  /** Shows how the draft was answered; `undefined` when it has changed since. */
  tellAnswer(answer: ExplainedAnswer | undefined): void {
    if (this.#answer === answer) return;
    this.#answer = answer;
    this.#draw();
  }

  #draw(): void {
    const explained = this.#explained;
    this.#frame.setFigures({
      plan: explained?.plan === undefined ? '' : countPlan(explained.plan),
      cost: explained?.cost === undefined ? '' : showNumber(explained.cost.estimated),
      access: explained?.access === undefined ? '' : countDenied(explained.access),
    });
    const { problems, refusals } =
      this.#told?.kind === 'explained' ? this.#told.explained : { problems: [], refusals: [] };
    this.#frame.setMark(refusals.length > 0 ? 'would be refused' : problems.length > 0 ? 'not right yet' : '');
    if (!this.#frame.isOpen) return;
    const isOld =
      problems.length > 0 && this.#told?.kind === 'explained' && this.#told.explained.operation === undefined;
    this.#frame.show([...listProblems(problems, refusals), ...this.#drawContent(isOld)]);
  }

  #drawContent(isOld: boolean): readonly HTMLElement[] {
    if (this.#told === undefined) return [hint('Write an operation to see how it is answered.')];
    if (this.#told.kind === 'silent') return [hint(this.#told.reason)];
    if (this.#explained === undefined) return [];
    const parts = this.#drawTab(this.#frame.tab, this.#explained);
    return [h('div', { class: `content ${this.#frame.tab}${isOld ? ' old' : ''}` }, ...parts)];
  }

  #drawTab(tab: TabName, explained: Explained): readonly HTMLElement[] {
    switch (tab) {
      case 'plan':
        return planTab(explained, this.#answer, this.#chosen);
      case 'cost':
        return costTab(explained, this.#answer);
      case 'access':
        return accessTab(explained);
      default:
        return tab satisfies never;
    }
  }
}

function listProblems(
  problems: readonly ExplainedProblem[],
  refusals: readonly ExplainedProblem[],
): readonly HTMLElement[] {
  if (problems.length + refusals.length === 0) return [];
  const rows = [
    ...problems.map(({ message, locations }) => showProblem(placeOf(locations), message)),
    ...refusals.map(({ message }) => showProblem('It would be refused. ', message)),
  ];
  return [h('ul', { class: 'problems', 'aria-live': 'polite' }, ...rows)];
}

function showProblem(before: string, message: string): HTMLElement {
  return h('li', {}, h('strong', {}, before), message);
}

function placeOf(locations: ExplainedProblem['locations']): string {
  const [first] = locations ?? [];
  return first === undefined ? '' : `Line ${first.line}: `;
}
