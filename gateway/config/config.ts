import { z } from 'zod';
import { alertsSection } from './alerts.ts';
import { anomaliesSection } from './anomalies.ts';
import { authorizationSection } from './authorization.ts';
import { cacheSection } from './cache.ts';
import { controlSection } from './control.ts';
import { costSection } from './cost.ts';
import { deprecationsSection } from './deprecations.ts';
import { documentsSection } from './documents.ts';
import { faultsSection } from './faults.ts';
import { graphSection } from './graph.ts';
import { headersSection } from './headers.ts';
import { idempotencySection } from './idempotency.ts';
import { identitySection } from './identity.ts';
import { inputRulesSection } from './input-rules.ts';
import { introspectionSection } from './introspection.ts';
import { limitsSection } from './limits.ts';
import { adminSection, listenSection } from './listen.ts';
import { overridesSection } from './overrides.ts';
import { queryPlanSection } from './query-plan.ts';
import { rateLimitSection } from './rate-limit.ts';
import { telemetrySection } from './telemetry.ts';
import { trafficSection } from './traffic.ts';
import { compressionSection, corsSection, csrfSection, graphiqlSection } from './web.ts';
import { webSocketSection } from './web-socket.ts';

/** The whole of `overlock.yaml`, one section a file. */
export const configSchema = z.strictObject({
  listen: listenSection.describe('Where clients connect.'),
  admin: adminSection.describe('Where operators connect: health, metrics and commands. Never the public port.'),
  graph: graphSection.describe('Where the supergraph comes from.'),
  engine: z
    .enum(['compiled', 'stitched'])
    .default('compiled')
    .describe('Which engine runs operations: compiled plans each operation once, stitched delegates field by field.'),
  identity: identitySection.describe('Who asks.'),
  authorization: authorizationSection.describe('Who may see what.'),
  overrides: overridesSection.describe('Which fields have moved from one subgraph to another.'),
  introspection: introspectionSection.describe('Who may ask for the schema.'),
  queryPlan: queryPlanSection.describe(
    'Who may see how operations are answered: asked for by the header "x-overlock-query-plan: 1" or by extensions.queryPlan of a request, it is in extensions.queryPlan of the answer; GraphiQL shows it while an operation is written, with its cost and what it demands of who asks, and how each fetch went when it is run. Needs the compiled engine.',
  ),
  documents: documentsSection.describe('Trusted documents, and documents that are registered by their hash.'),
  errors: z
    .strictObject({
      subgraphMessages: z
        .enum(['masked', 'shown'])
        .default('masked')
        .describe('Whether clients see the messages of errors that subgraphs answer; codes are always kept.'),
      suggestions: z.boolean().default(false).describe('Whether validation errors say "Did you mean".'),
    })
    .prefault({})
    .describe('What clients are told when something fails.'),
  limits: limitsSection.describe('What one request may ask for.'),
  cost: costSection.describe('What one operation may cost.'),
  rateLimit: rateLimitSection.describe('How often clients may ask.'),
  control: controlSection.describe('Where it is kept what operators say at run time.'),
  inputRules: inputRulesSection.describe('What the values must be like that clients send.'),
  deprecations: deprecationsSection.describe('What clients are told of parts of the schema that go away.'),
  idempotency: idempotencySection.describe('Mutations that clients may safely send again.'),
  headers: headersSection.describe('Which headers cross the gateway.'),
  traffic: trafficSection.describe('How subgraphs are called.'),
  cache: cacheSection.describe('What is kept of answers, to be used again.'),
  faults: faultsSection.describe('Faults that are made on purpose, for tests of clients.'),
  cors: corsSection.describe('Which web pages may call the gateway.'),
  csrf: csrfSection.describe('Guard against requests that a browser sends unasked.'),
  graphiql: graphiqlSection.describe(
    'The page that browsers get at the endpoint. Whom queryPlan allows sees there how operations would be answered.',
  ),
  compression: compressionSection.describe('Compression of answers.'),
  webSocket: webSocketSection.describe('Operations over WebSockets, by the protocol graphql-transport-ws.'),
  anomalies: anomaliesSection.describe('What of traffic is unusual, and what load is expected.'),
  alerts: alertsSection.describe('What operators are told without looking.'),
  telemetry: telemetrySection.describe('Traces, metrics and logs.'),
});

/** A checked configuration with every default filled in; durations in milliseconds, sizes in bytes. */
export type Config = z.output<typeof configSchema>;
