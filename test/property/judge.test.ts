import { type ExecutionResult, GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createCompiledEngine } from '../../gateway/execute/compiled-engine.ts';
import type { Engine, EngineOptions } from '../../gateway/execute/engine.ts';
import { createStitchedEngine } from '../../gateway/stitch/stitched-engine.ts';
import type { FetchRequest, FetchResult } from '../../gateway/transport/send.ts';
import type { Case, CaseData } from './case.ts';
import { type EngineFactory, runCase } from './run-case.ts';

type Data = Record<string, unknown>;

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@external"])`;

const subgraphs = [
  {
    name: 'people',
    sdl: `${link}
      type Query { people: [Person!]! person(age: Int = 3): Person }
      type Person @key(fields: "id") @key(fields: "first last") { id: ID! first: String! last: String! age: Int! }`,
  },
  {
    name: 'posts',
    sdl: `${link}
      type Person @key(fields: "id") {
        id: ID! age: Int! @external
        posts(most: Int): [Post!] rank: Float @requires(fields: "age") best: Post!
      }
      type Post { title: String! tags: [String] }`,
  },
];

const calm: CaseData = { seed: 6, nulls: 0, errors: 0, dangling: 0 };

function caseOf(text: string, data: CaseData = calm): Case {
  return { subgraphs, data, operations: [{ text, variables: {} }] };
}

async function findingsOf(engine: EngineFactory, one: Case): Promise<readonly string[]> {
  return (await runCase(engine, one)).flatMap(({ findings }) => findings);
}

/** The stitched engine with answers that are tampered with. */
function answering(tamper: (answer: ExecutionResult) => ExecutionResult): EngineFactory {
  return (options) => {
    const engine = createStitchedEngine(options);
    return {
      async execute(request) {
        const answer = JSON.parse(JSON.stringify(await engine.execute(request))) as ExecutionResult;
        return tamper(answer);
      },
    };
  };
}

/** The stitched engine with fetches that are tampered with. */
function fetching(
  tamper: (send: () => Promise<FetchResult>, request: FetchRequest) => Promise<FetchResult>,
): EngineFactory {
  return (options: EngineOptions): Engine =>
    createStitchedEngine({
      ...options,
      transportOf(name) {
        const transport = options.transportOf(name);
        return { ...transport, send: (request) => tamper(() => transport.send(request), request) };
      },
    });
}

/** Fetches with other text or variables than the engine meant. */
function asking(change: (request: FetchRequest) => FetchRequest): EngineFactory {
  return (options) =>
    createStitchedEngine({
      ...options,
      transportOf(name) {
        const transport = options.transportOf(name);
        return { ...transport, send: (request) => transport.send(change(request)) };
      },
    });
}

/** Fetches with another text than the engine meant. */
function writing(edit: (text: string) => string): EngineFactory {
  return asking((request) => ({
    ...request,
    operation: { ...request.operation, text: edit(request.operation.text) },
  }));
}

/** Fetches with other representations than the engine meant. */
function representing(edit: (all: readonly Data[]) => readonly Data[]): EngineFactory {
  return asking((request) => {
    const variables = Object.entries(request.variables ?? {}).map(([name, value]) => [
      name,
      Array.isArray(value) ? edit(value) : value,
    ]);
    return { ...request, variables: Object.fromEntries(variables) };
  });
}

function peopleOf({ data }: ExecutionResult): Data[] {
  return (data?.['people'] ?? []) as Data[];
}

const query = '{ people { id age rank posts(most: 2) { title tags } } }';

interface WrongEngine {
  readonly does: string;
  readonly engine: EngineFactory;
  readonly finding: RegExp;
  readonly one?: Case;
}

const wrongEngines: readonly WrongEngine[] = [
  {
    does: 'leaves a field out',
    engine: answering((answer) => ({ data: { people: peopleOf(answer).map(({ age: _, ...rest }) => rest) } })),
    finding: /the keys are id, rank, posts, not id, age, rank, posts/,
  },
  {
    does: 'answers in another order',
    engine: answering((answer) => ({ data: { people: peopleOf(answer).map(({ id, ...rest }) => ({ ...rest, id })) } })),
    finding: /the keys are age, rank, posts, id, not id/,
  },
  {
    does: 'swaps two entities',
    engine: answering((answer) => ({ data: { people: peopleOf(answer).toReversed() } })),
    finding: /at people.0.id: "\d", not "\d"/,
  },
  {
    does: 'drops an item',
    engine: answering((answer) => ({ data: { people: peopleOf(answer).slice(1) } })),
    finding: /at people: 2 items, not 3/,
  },
  {
    does: 'gives null for a value',
    engine: answering((answer) => ({ data: { people: peopleOf(answer).map((one) => ({ ...one, rank: null })) } })),
    finding: /at people.1.rank: null, not \d/,
  },
  {
    does: 'makes an error up',
    engine: answering((answer) => ({ ...answer, errors: [new GraphQLError('No.', { path: ['people', 0, 'rank'] })] })),
    finding: /There is an error for people.0.rank, where there is a value/,
  },
  {
    does: 'keeps errors for itself',
    engine: answering(({ data }) => ({ data: data ?? null })),
    finding: /There is no error for/,
    one: caseOf('{ person { posts { tags } } people { posts { tags } } }', { ...calm, errors: 50 }),
  },
  {
    does: 'sends entities in another order than it reads them',
    engine: representing((all) => all.toReversed()),
    finding: /at people.0.rank: [\d.]+, not/,
  },
  {
    does: 'makes keys up',
    engine: representing((all) => all.map((one) => ({ ...one, id: '99' }))),
    finding: /representation of no entity/,
  },
  {
    does: 'says what is required of another entity',
    engine: representing((all) => all.map((one, index) => ({ ...one, age: all.at(index - 1)?.['age'] }))),
    finding: /at people.0.rank: [\d.]+, not/,
  },
  {
    does: 'leaves out what is required',
    engine: representing((all) => all.map(({ age: _, ...one }) => one)),
    finding: /requires age, which the representation lacks/,
  },
  {
    does: 'leaves out the key',
    engine: representing((all) => all.map(({ id: _, ...one }) => one)),
    finding: /without any of its keys/,
  },
  { does: 'asks what is not there', engine: writing((text) => text.replace('tags', 'labels')), finding: /cannot run/ },
  {
    does: 'asks what is external',
    engine: writing((text) => text.replace('rank', 'rank age')),
    finding: /posts was asked for Person.age, which is external there/,
  },
  {
    does: 'sends another argument',
    engine: writing((text) => text.replace(/most: \$?\w+/, 'most: 1')),
    finding: /at people.0.posts/,
  },
  {
    does: 'writes into what it shares with others',
    engine: fetching(async (send) => {
      const result = await send();
      Object.assign(result.data ?? {}, { extra: 1 });
      return result;
    }),
    finding: /The engine threw|Logged|not/,
    one: {
      ...caseOf(query),
      operations: ['id', 'age', 'rank', 'first', 'last'].map((name) => ({
        text: `{ people { ${name} } }`,
        variables: {},
      })),
    },
  },
];

describe('the judge', () => {
  it('has nothing to say about an engine that does well', async () => {
    const cases = [
      caseOf(query),
      caseOf(query, { ...calm, nulls: 30 }),
      caseOf('{ person { posts { tags } } people { id posts { tags } } }', { ...calm, errors: 50 }),
    ];
    for (const one of cases) expect(await findingsOf(createStitchedEngine, one)).toEqual([]);
  });

  it('leaves keys as they are while mutations change the rest, within objects too', async () => {
    const spot = 'type Spot @shareable { x: Int! y: Int! }';
    const apple = 'type Apple @key(fields: "place { x y }") { place: Spot!';
    const keyed = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])`;
    const mutating: Case = {
      subgraphs: [
        { name: 'a', sdl: `${keyed} type Query { a: Int } type Mutation { pick: Apple! } ${apple} } ${spot}` },
        { name: 'b', sdl: `${keyed} type Query { b: Int } type Mutation { wait: Int } ${apple} id: ID! } ${spot}` },
      ],
      data: { ...calm, seed: 2 },
      operations: [{ text: 'mutation { wait pick { id } again: pick { id place { x } } }', variables: {} }],
    };
    const [verdict] = await runCase(createCompiledEngine, mutating);
    expect(verdict?.findings).toEqual([]);
    expect(JSON.stringify(verdict?.expected)).toContain('"id"');
  });

  it('looks at data that can go wrong: different entities, and values from both subgraphs', async () => {
    const [verdict] = await runCase(createStitchedEngine, caseOf(query));
    const people = peopleOf(verdict?.expected ?? {});
    expect(new Set(people.map(({ id }) => id)).size).toBe(3);
    expect(new Set(people.map(({ rank }) => rank)).size).toBe(3);
    expect(JSON.stringify(people)).toContain('title-');
    expect(verdict?.fetches.map((fetch) => fetch.split(':')[0])).toEqual(['people', 'posts']);
  });

  it.each(wrongEngines)('finds fault with an engine that $does', async ({ engine, finding, one = caseOf(query) }) => {
    expect((await findingsOf(engine, one)).join('\n')).toMatch(finding);
  });

  it('lets a subgraph that is down take what it had to bring, and nothing else', async () => {
    const down: Case = { ...caseOf(query), operations: [{ text: query, variables: {}, down: ['posts'] }] };
    expect(await findingsOf(createStitchedEngine, down)).toEqual([]);
    const spreading = answering(({ data, errors }) => (errors ? { data: null, errors } : { data: data ?? null }));
    expect((await findingsOf(spreading, down)).join('\n')).toMatch(/at the root: null, not/);
    const silent = answering(({ data }) => ({ data: data ?? null }));
    expect((await findingsOf(silent, down)).join('\n')).toMatch(/There is no error for people.0.rank/);
  });

  it('refuses cases that are none', async () => {
    await expect(runCase(createStitchedEngine, caseOf('{ nobody }'))).rejects.toThrow('not valid');
    const broken = { ...caseOf(query), subgraphs: subgraphs.slice(1) };
    await expect(runCase(createStitchedEngine, broken)).rejects.toThrow('do not compose');
  });
});
