import { Kind, parse, print, type SelectionSetNode, visit } from 'graphql';
import type { DescribedEntities, DescribedFetch, DescribedStep, PlanDescription } from './describe-plan.ts';

/** What fits is printed on one line. */
const columns = 100;

/**
 * A plan as text for people: waves run one after the other, what is in a wave at the same time. Of a fetch of entities there is what is asked
 * of each of them.
 */
export function printPlan({ kind, fetches, waves }: PlanDescription): string {
  if (fetches === 0) return `${kind}: no fetches`;
  const lines = [`${kind}: ${count(fetches, 'fetch', 'fetches')} in ${count(waves.length, 'wave', 'waves')}`];
  for (const [index, steps] of waves.entries()) {
    const parallel = steps.filter((step) => step.kind === 'fetch').length > 1 ? ', in parallel' : '';
    lines.push('', `wave ${index + 1}${parallel}`, ...steps.flatMap(printStep).map(indent));
  }
  return lines.join('\n');
}

function printStep(step: DescribedStep): readonly string[] {
  const after = step.after.length === 0 ? '' : `, after ${step.after.join(', ')}`;
  if (step.kind === 'attach') return [`attach ${step.id}${after}: join what both answered at ${step.at.join(' and ')}`];
  const { id, subgraph, entities, operation, variables } = step;
  const head = `fetch ${id} from ${subgraph}${after}`;
  if (entities.length === 0) return [head, ...printOnOneLine(operation).map(indent)];
  const sent = variables.length === 0 ? '' : `, with ${variables.map((name) => `$${name}`).join(', ')}`;
  return [`${head}${sent}`, ...printLists(step).map(indent)];
}

/** The objects that are asked the same, and what they are asked. */
function printLists({ entities, operation }: DescribedFetch): readonly string[] {
  const lines: string[] = [];
  for (const [variable, set] of readEntityFields(operation)) {
    lines.push(...entities.filter((one) => one.variable === variable).map(printEntities));
    lines.push(...printOnOneLine(print(set)).map(indent));
  }
  return lines;
}

/** What is selected of the entities of each variable. */
function readEntityFields(operation: string): ReadonlyMap<string, SelectionSetNode> {
  const sets = new Map<string, SelectionSetNode>();
  visit(parse(operation, { noLocation: true }), {
    Field({ name, arguments: [argument] = [], selectionSet }) {
      if (name.value === '_entities' && argument?.value.kind === Kind.VARIABLE && selectionSet !== undefined) {
        sets.set(argument.value.name.value, selectionSet);
      }
      return false;
    },
  });
  return sets;
}

function printEntities({ types, as, at, key, requires }: DescribedEntities): string {
  const view = as === undefined ? '' : ` as ${as.join(' | ')}`;
  return `for each ${types.join(' | ')}${view} at ${at} ${key}${requires === undefined ? '' : ` requires ${requires}`}`;
}

function printOnOneLine(text: string): readonly string[] {
  const lines = text.split('\n');
  const line = lines.map((part) => part.trim()).join(' ');
  // Within a block string a line's end counts.
  return line.length > columns || line.includes('"""') ? lines : [line];
}

function indent(line: string): string {
  return `  ${line}`;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
