import type { Command } from 'commander';

/** Adds the flags that say where the admin port of a gateway is. */
export function addAdminFlags(command: Command): Command {
  return command
    .option('--admin <url>', 'admin port of a gateway (default: $OVERLOCK_ADMIN, or http://127.0.0.1:9464)')
    .option('--token <token>', 'its admin.token (default: $OVERLOCK_ADMIN_TOKEN)');
}
