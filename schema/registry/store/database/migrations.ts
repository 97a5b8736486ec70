import type { Dialect } from './database.ts';

/**
 * What makes the tables of each version out of those before, counted from 1. What was released is never changed: later versions are
 * put behind it.
 */
export const migrations: readonly ((dialect: Dialect) => readonly string[])[] = [
  ({ ordered }) => [...tablesOfSchemas(ordered), ...tablesOfPeople(ordered), ...tablesOfUsage(ordered)],
  ({ ordered }) => ['hours', 'days'].map((unit) => tableOfGroups(unit, ordered)),
];

function tablesOfSchemas(ordered: string): readonly string[] {
  return [
    `create table overlock_migrations (version bigint primary key, at bigint not null)`,
    // The ids of lines of logs: by a row and not by a sequence, so that a later line never becomes visible before an earlier one.
    `create table counters (name text primary key, value bigint not null) ${ordered}`,
    `insert into counters (name, value) values ('log', 0), ('scope', 0)`,
    `create table variants (graph text not null, variant text not null, version bigint not null, changes bigint not null,
      settings text, primary key (graph, variant)) ${ordered}`,
    `create table chunks (digest text primary key, encoding text not null, bytes bytea not null)`,
    `create table texts (digest text primary key, chunks text not null)`,
    `create table versions (graph text not null, variant text not null, version bigint not null, summary text not null,
      supergraph text not null references texts (digest), subgraphs text not null references texts (digest),
      primary key (graph, variant, version), foreign key (graph, variant) references variants (graph, variant)) ${ordered}`,
    `create table owners (graph text not null, subgraph text not null, team text not null, primary key (graph, subgraph)) ${ordered}`,
  ];
}

function tablesOfPeople(ordered: string): readonly string[] {
  return [
    `create table tokens (id text primary key, digest text not null unique, token text not null, revoked_at bigint) ${ordered}`,
    `create table approvals (graph text not null, variant text not null, change text not null, author text not null,
      approval text not null, primary key (graph, variant, change, author)) ${ordered}`,
    `create table checks (graph text not null, variant text not null, id text not null, at bigint not null,
      encoding text not null, report bytea not null, primary key (graph, variant, id))`,
    `create index checks_by_time on checks (graph, variant, at)`,
    `create table audit (id bigint primary key, at bigint not null, author text not null, action text not null,
      graph text, variant text, details text not null)`,
    `create index audit_by_variant on audit (graph, variant, id)`,
    `create table documents (kind text not null, id text not null, value text not null, revision bigint not null,
      primary key (kind, id)) ${ordered}`,
    `create table events (id bigint primary key, at bigint not null, kind text not null, graph text not null,
      variant text not null, details text not null)`,
  ];
}

/**
 * What was recorded of a variant is its scope, changed by whoever holds the row of the scope, and numbered so that all its numbers lie
 * between those of other scopes. Few tables need to say which scope they are of, then.
 */
function tablesOfUsage(ordered: string): readonly string[] {
  const uses = (unit: string) =>
    `create table uses_${unit} (operation bigint not null, at bigint not null, client bigint not null, count bigint not null,
      primary key (operation, at, client)) ${ordered}`;
  const inputs = (unit: string) =>
    `create table inputs_${unit} (coordinate bigint not null, operation bigint not null, at bigint not null,
      client bigint not null, count bigint not null, primary key (coordinate, operation, at, client)) ${ordered}`;
  const figures = (unit: string) =>
    `create table figures_${unit} (scope bigint not null, at bigint not null, operation bigint not null,
      version bigint not null, count bigint not null, errors bigint not null, durations text not null,
      primary key (scope, at, operation, version)) ${ordered}`;
  return [
    `create table scopes (id bigint primary key, graph text not null, variant text not null, last_id bigint not null,
      hours_since bigint not null, unique (graph, variant)) ${ordered}`,
    `create table reports (scope bigint not null, id text not null, at bigint not null, primary key (scope, id)) ${ordered}`,
    `create index reports_by_time on reports (scope, at)`,
    `create table operations (id bigint primary key, scope bigint not null, hash text not null, name text, kind text not null,
      text text, coordinates text, unique (scope, hash))`,
    `create table coordinates (id bigint primary key, scope bigint not null, name text not null, unique (scope, name)) ${ordered}`,
    `create table operations_by_coordinate (coordinate bigint not null, operation bigint not null,
      primary key (coordinate, operation)) ${ordered}`,
    `create table clients (id bigint primary key, scope bigint not null, name text not null, version text not null,
      seen_at bigint not null, unique (scope, name, version)) ${ordered}`,
    uses('hours'),
    uses('days'),
    inputs('hours'),
    inputs('days'),
    figures('minutes'),
    figures('hours'),
  ];
}

function tableOfGroups(unit: string, ordered: string): string {
  return `create table groups_${unit} (scope bigint not null, at bigint not null, dimension text not null, name text not null,
    requests bigint not null, errors bigint not null, cost double precision not null, bytes bigint not null,
    quota double precision not null, durations text not null, primary key (scope, at, dimension, name)) ${ordered}`;
}
