/** How much of a document the import reads before it refuses or simplifies; every message that names a limit takes it from here. */
export const openapiLimits = {
  /** All files of a document together. GitHub's description, the largest public one known, has 14 MB. */
  bytes: 64 * 1024 * 1024,
  /** Files that one document may be split into. */
  files: 500,
  /** Nesting of JSON or YAML. */
  depth: 250,
  /** Aliases (`*name`) and explicit keys (`? key`) of a YAML file: merging and nesting them costs the square of their number. */
  yamlAliases: 2_000,
  yamlExplicitKeys: 100,
  /** Widest indentation of a YAML line, in columns. */
  yamlIndentation: 1_000,
  /** A `$ref` to a `$ref` to a `$ref`. */
  referenceChain: 50,
  operations: 20_000,
  types: 50_000,
  /** Schemas that `allOf` joins into one type. */
  joinedSchemas: 500,
  unionMembers: 250,
  fields: 2_000,
  argumentsOfField: 250,
  /** An enum with more values becomes String. */
  enumValues: 1_000,
  nameLength: 120,
  descriptionLength: 8_000,
  messageLength: 500,
  problems: 100,
  warnings: 500,
} as const;
