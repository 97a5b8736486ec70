import { z } from 'zod';
import { configSchema } from './config.ts';
import type { ValuePath } from './problem.ts';
import { isMapping, valueAt } from './values.ts';

/** The part of JSON Schema that `z.toJSONSchema` writes and that is read here. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly unit?: 'duration' | 'size' | 'share' | 'rate' | 'quota' | 'file';
  /** Keys of which exactly one is to be given. */
  readonly either?: readonly string[];
  /** The key that makes `kind` unnecessary. */
  readonly kindImpliedBy?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: SchemaNode | false;
  readonly propertyNames?: SchemaNode;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

let schema: SchemaNode | undefined;

/** What may stand in `overlock.yaml`, as JSON Schema with the units of this project and without references. */
export function configNode(): SchemaNode {
  schema ??= z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' }) as SchemaNode;
  return schema;
}

/** A node and its alternatives, each a node without alternatives. */
export function branchesOf(node: SchemaNode): readonly SchemaNode[] {
  const alternatives = node.anyOf ?? node.oneOf;
  return alternatives === undefined ? [node] : alternatives.flatMap(branchesOf);
}

/**
 * The nodes that describe what may stand at a path. Where the schema has alternatives told apart by `kind`, only the one
 * that the `kind` in `root` chooses, when there is one.
 */
export function nodesAt(path: ValuePath, root?: unknown): readonly SchemaNode[] {
  let nodes = chosen(branchesOf(configNode()), root);
  for (const [index, step] of path.entries()) {
    const value = valueAt(root, path.slice(0, index + 1));
    nodes = nodes.flatMap((node) => {
      const next = typeof step === 'number' ? node.items : (ownProperty(node, step) ?? node.additionalProperties);
      return next ? chosen(branchesOf(next), value) : [];
    });
  }
  return nodes;
}

/** The `kind` that a node is for. */
export function kindOf(node: SchemaNode | undefined): unknown {
  return node?.properties?.['kind']?.const;
}

function chosen(branches: readonly SchemaNode[], value: unknown): readonly SchemaNode[] {
  const kind = isMapping(value) ? value['kind'] : undefined;
  const fitting = branches.filter((node) => kindOf(node) === kind);
  return fitting.length === 0 ? branches : fitting;
}

function ownProperty(node: SchemaNode, name: string): SchemaNode | undefined {
  return node.properties !== undefined && Object.hasOwn(node.properties, name) ? node.properties[name] : undefined;
}
