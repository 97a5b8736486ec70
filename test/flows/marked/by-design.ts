import type { MarkedKind } from './surroundings.ts';

type Places = Readonly<Record<string, readonly string[]>>;

const alerts = ['/alerts', 'webhook alerts', 'Slack alerts', 'PagerDuty alerts', 'command alerts'];
const counts = ['metrics', 'metrics by OTLP', '/traffic', '/traffic/events', '/usage', 'reports of usage'];

/** Which inputs are meant to be seen, and in which outputs. */
const shown: Places = {
  // Names that clients give themselves, and codes, are what operators tell requests apart by.
  "the client's name": [...counts, ...alerts, '/control/state', 'log', 'audit', 'traces', 'commands'],
  "the client's version": ['log', 'traces', 'reports of usage'],
  'the request id': ['/control/state', 'log', 'audit', 'traces', 'answers', 'explained answers'],
  'the correlation id': ['log'],
  'a code of a subgraph': ['log', 'traces', 'answers'],
  // The configuration asks for these.
  'the user agent': ['log'],
  'a variable that is to be noted': ['traces'],
  // Who was refused has to be known whole, where nobody but operators reads it; the log has no more than the network.
  'an address of a client': ['audit'],
  // The subject as its issuer names it, where an operator asks for details.
  'the subject of a token': ['log'],
  // What operators say is shown to operators. Elsewhere, reasons are redacted as the configuration has it, tokens and addresses as ever.
  'the reason of a block': ['/control', 'commands'],
  'a token in a block': ['/control', 'commands'],
  'an e-mail address in a block': ['/control', 'commands', 'audit'],
  // It is how PagerDuty knows whom to call.
  'the routing key of PagerDuty': ['PagerDuty alerts'],
  // What clients ask for, and what is wrong with what they sent themselves.
  'an answer of a subgraph': ['answers'],
  'a text in a list where there is none': ['answers'],
  'the name of no operation': ['answers'],
  'a text in an argument of a traced query': ['explained answers'],
};

/** Who has used how much of a limit: kept in memory it can be read. */
const shownOfMemory: Places = {
  'an address of a client': ['/usage', 'commands'],
  'the subject of a token': ['/usage', 'commands'],
};

/** As `<input> > <output>`. */
export function toByDesign({ limits }: MarkedKind): ReadonlySet<string> {
  return new Set([shown, ...(limits === 'memory' ? [shownOfMemory] : [])].flatMap(toLeaks));
}

function toLeaks(places: Places): readonly string[] {
  return Object.entries(places).flatMap(([input, outputs]) => outputs.map((output) => `${input} > ${output}`));
}

/** Baselines learn names every five minutes. */
export const nowAndThen = "the client's name > baselines";

/** Inputs that get to whom they are for, so that there was something to keep to oneself. */
export const arriving: readonly string[] = [
  'a cookie',
  'a header in connection_init',
  'a header of OTLP',
  'a header that is propagated',
  'a header that subgraphs get of the gateway',
  'a text in a GET',
  'a text in a persisted query',
  'a text in an argument',
  'a text in an input object',
  'a text over a WebSocket',
  'a trusted document',
  'a variable',
  'a variable of a mutation',
  'an argument in the path of a REST call',
  'an argument in the query of a REST call',
  'an opaque token',
  'baggage',
  'the password of the Redis of caches',
  'the password of the Redis of mutations',
  "the path of Slack's URL",
  "the query of a subgraph's URL",
  'the secret of an introspector',
  'the token of the registry',
  'tracestate',
];
