/** What stands on the command line and wins over the file. */
export interface ConfigOverrides {
  readonly listen?: { readonly host?: string | undefined; readonly port?: number | undefined };
  readonly admin?: { readonly port?: number | undefined };
  /** A file, relative to `cwd`, or a URL; it takes the place of the file's subgraphs. */
  readonly graph?: { readonly supergraph?: string | undefined };
}

export interface LoadOptions {
  /** Relative to `cwd`. Without it `overlock.yaml`, then `overlock.yml`, is looked for, unless a supergraph is given. */
  readonly file?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  readonly overrides?: ConfigOverrides | undefined;
}
