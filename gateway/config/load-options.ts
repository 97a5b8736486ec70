/** What stands on the command line and wins over the file. */
export interface ConfigOverrides {
  readonly listen?: {
    readonly host?: string | undefined;
    readonly port?: number | undefined;
    readonly workers?: number | 'auto' | undefined;
  };
  readonly admin?: { readonly port?: number | undefined };
  readonly graph?: {
    /** A file, relative to `cwd`, or a URL; it takes the place of what the file says. */
    readonly supergraph?: string | undefined;
    /** With a URL or a graph it takes the place of what the file says; the rest of it stays. */
    readonly registry?: RegistryFlags | undefined;
  };
}

/** Which registry to follow, and which graph of it. */
interface RegistryFlags {
  readonly url?: string | undefined;
  readonly graph?: string | undefined;
  readonly token?: string | undefined;
}

export interface LoadOptions {
  /** Relative to `cwd`. Without it `overlock.yaml`, then `overlock.yml`, is looked for, unless flags say what to serve. */
  readonly file?: string | undefined;
  /** For `${NAME}`, OVERLOCK_REGISTRY and OVERLOCK_TOKEN for a registry that lacks them, and NODE_ENV, which says whether this is production. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  readonly overrides?: ConfigOverrides | undefined;
}
