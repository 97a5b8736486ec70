import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { buildSchema, getOperationAST, parse } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Adversary,
  adversaries,
  requiredDiamonds,
  scatteredInterfaces,
} from '../../../bench/planning/adversaries.ts';
import {
  composeSubgraphs,
  federationLink,
  modelOf,
  planSubject,
  type Subject,
  toSubject,
} from '../../../bench/planning/subject.ts';
import { createCompiledEngine } from '../../../gateway/execute/compiled-engine.ts';
import type { CompositeType } from '../../../gateway/plan/model.ts';
import type { Plan } from '../../../gateway/plan/plan.ts';
import { noLog } from '../../../gateway/telemetry/no-telemetry.ts';
import { runCase } from '../../property/run-case.ts';
import { toPlanText } from './plan-text.ts';

/** Counts how often a type is looked at. */
class CountedTypes extends Map<string, CompositeType> {
  looks = 0;

  override get(name: string): CompositeType | undefined {
    this.looks += 1;
    return super.get(name);
  }
}

/** By a part of the name: at most so many looks at types, fetches, and characters that are sent. */
const bounds: Readonly<Record<string, { looks: number; fetches: number; characters: number }>> = {
  '30 subgraphs share': { looks: 4_000, fetches: 30, characters: 5_000 },
  'entities of 10': { looks: 1_500, fetches: 35, characters: 18_000 },
  'each with a fragment': { looks: 25_000, fetches: 10, characters: 17_000 },
  'are in 10 subgraphs': { looks: 80_000, fetches: 30, characters: 95_000 },
  'a union of': { looks: 40_000, fetches: 5, characters: 12_000 },
  'require two fields': { looks: 500, fetches: 24, characters: 3_000 },
  'eight ways on': { looks: 15_000, fetches: 2, characters: 11_000 },
  'another argument': { looks: 25_000, fetches: 1, characters: 140_000 },
};

describe.each(adversaries())('$name', (adversary) => {
  let subject: Subject;
  let types: CountedTypes;
  let plan: Plan;
  beforeAll(() => {
    const model = modelOf(composeSubgraphs(adversary.subgraphs));
    types = new CountedTypes(model.types);
    subject = toSubject({ ...model, types }, adversary.operation);
    plan = planSubject(subject);
  });

  it('is planned with few looks, into few fetches that say little', () => {
    const bound = Object.entries(bounds).find(([part]) => adversary.name.includes(part))?.[1];
    const fetches = plan.stages.flatMap(({ steps }) => steps).filter((step) => step.kind === 'fetch');
    const characters = fetches.reduce((sum, step) => sum + step.text.length, 0);
    expect(bound).toBeDefined();
    expect(types.looks).toBeLessThan(bound?.looks ?? 0);
    expect(fetches.length).toBeLessThanOrEqual(bound?.fetches ?? 0);
    expect(characters).toBeLessThan(bound?.characters ?? 0);
  });

  it('is planned the same again', () => {
    expect(toPlanText(planSubject(subject))).toBe(toPlanText(plan));
  });
});

it('plans them all the same in another process, which has 50 MB', { timeout: 30_000 }, async () => {
  const asked = adversaries().map(({ subgraphs, operation }) => {
    const supergraph = composeSubgraphs(subgraphs);
    const text = toPlanText(planSubject(toSubject(modelOf(supergraph), operation)));
    return { sdl: supergraph.sdl, operation, hash: createHash('sha256').update(text).digest('hex') };
  });
  const flags = ['--max-old-space-size=50', '--max-semi-space-size=8', '--import', 'tsx'];
  const script = new URL('plan-from-stdin.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [...flags, script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(asked));
  const hashes = await text(child.stdout);
  expect(hashes.trim().split('\n')).toEqual(asked.map(({ hash }) => hash));
});

it('is refused when what types lead to multiplies beyond what can be planned', async () => {
  const { subgraphs, operation: text } = scatteredInterfaces(6);
  const supergraph = composeSubgraphs(subgraphs);
  const engine = createCompiledEngine({
    supergraph,
    publicSchema: buildSchema(supergraph.publicSdl),
    transportOf: () => {
      throw new Error('Nothing is fetched.');
    },
    subgraphMessages: 'masked',
    log: noLog,
  });
  const document = parse(text);
  const definition = getOperationAST(document);
  if (!definition) throw new Error('The text must hold one operation.');
  const operation = { kind: definition.operation, name: undefined, hash: '', document, definition };
  const client = { id: 'request-1', headers: new Map(), onSubgraphHeaders: undefined };
  const request = {
    operation: { ...operation, introspects: false, introspectionOnly: false },
    variables: {},
    client,
    signal: undefined,
  };
  // The second time it is known.
  for (let time = 0; time < 2; time++) {
    await expect(engine.execute(request)).rejects.toMatchObject({ code: 'MAX_SELECTIONS_LIMIT', status: 400 });
  }
});

describe('the answers', () => {
  // One server that has all the data would look at the same diamond again and again.
  const answerable = adversaries().map((one) => (one.name.includes('require two') ? requiredDiamonds(7) : one));

  it.each(answerable)('are those of one server: $name', { timeout: 30_000 }, async (adversary: Adversary) => {
    const subgraphs = Object.entries(adversary.subgraphs).map(([name, sdl]) => ({ name, sdl: federationLink + sdl }));
    const operations = [{ text: adversary.operation, variables: {} }];
    for (const seed of [3, 4]) {
      const data = { seed, nulls: 0, errors: 0, dangling: 0 };
      const verdicts = await runCase(createCompiledEngine, { subgraphs, data, operations });
      expect(verdicts.flatMap(({ findings }) => findings)).toEqual([]);
    }
  });
});
