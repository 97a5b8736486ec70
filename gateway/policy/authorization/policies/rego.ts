import type { RegoConfig } from '../../../config/authorization.ts';
import type { Logger } from '../../../telemetry/logger.ts';
import { MadeFromFiles } from './made-from-files.ts';
import type { PolicySource } from './policy-source.ts';
import { readDecision } from './read-decision.ts';
import { readRegoFiles } from './read-rego-files.ts';
import { RegoPolicy } from './rego-policy.ts';

/**
 * Asks a Rego policy that runs in this process as WebAssembly, with the input that an Open Policy Agent server would get. It is
 * read again when its files change; one that cannot be used leaves the former at work.
 */
export function createRegoSource(config: RegoConfig, log: Logger): PolicySource {
  const { wasm, data, failClosed } = config;
  const policy = new MadeFromFiles({
    name: 'authorization.policies.rego',
    files: data === undefined ? [wasm] : [wasm, data],
    make: async () => await RegoPolicy.load(await readRegoFiles(config), config),
    log,
  });
  return {
    failClosed,
    open: () => policy.open(),
    close: () => policy.close(),
    async decide(policies, question) {
      const current = await policy.current();
      return readDecision(current.decide({ policies, ...question }), policies);
    },
  };
}
