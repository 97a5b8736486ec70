import { vi } from 'vitest';

// What is told of HTTP elsewhere is told once more of a gateway without its hot lane.
vi.stubEnv('LANE', 'yoga');

await import('./bad-input.test.ts');
await import('./headers.test.ts');
await import('./http-conformance.test.ts');
await import('./refusals.test.ts');
await import('./two-identities.test.ts');
