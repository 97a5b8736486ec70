import type { AskerStep, ClientStep, Step, StepCount } from './step.ts';

/** What several processes of one gateway counted in the same time, as if one had. */
export function mergeSteps(steps: readonly Step[], atMs: number): Step {
  return {
    atMs,
    total: {
      ...addCounts(steps.map(({ total }) => total)),
      refused: steps.reduce((sum, { total }) => sum + total.refused, 0),
    },
    operations: join(
      steps.map(({ operations }) => operations),
      addCounts,
    ),
    clients: join(
      steps.map(({ clients }) => clients),
      addClients,
    ),
    askers: join(
      steps.map(({ askers }) => askers),
      addAskers,
    ),
  };
}

function join<One>(
  records: readonly Readonly<Record<string, One>>[],
  add: (all: readonly One[]) => One,
): Readonly<Record<string, One>> {
  const all = new Map<string, One[]>();
  for (const record of records) {
    for (const [name, one] of Object.entries(record)) {
      const known = all.get(name);
      if (known === undefined) all.set(name, [one]);
      else known.push(one);
    }
  }
  const joined: Record<string, One> = Object.create(null);
  for (const [name, some] of all) joined[name] = add(some);
  return joined;
}

function addCounts(counts: readonly StepCount[]): StepCount {
  return {
    requests: sumOf(counts.map(({ requests }) => requests)),
    errors: sumOf(counts.map(({ errors }) => errors)),
  };
}

function addClients(clients: readonly ClientStep[]): ClientStep {
  return {
    ...addCounts(clients),
    operations: join(
      clients.map(({ operations }) => operations),
      sumOf,
    ),
  };
}

/** What somebody asked one process for most is what it asked all for most, but for ties. */
function addAskers(askers: readonly AskerStep[]): AskerStep {
  const [most] = askers.toSorted((one, other) => other.ofOperation - one.ofOperation);
  const operation = most?.operation ?? '';
  return {
    requests: sumOf(askers.map(({ requests }) => requests)),
    refused: sumOf(askers.map(({ refused }) => refused)),
    operation,
    ofOperation: sumOf(askers.map((one) => (one.operation === operation ? one.ofOperation : 0))),
    subject: most?.subject,
  };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
