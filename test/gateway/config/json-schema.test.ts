import { describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../../gateway/config/json-schema.ts';

/** The part of a schema at a path of keys. */
function at(path: string): unknown {
  return path.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], configJsonSchema());
}

describe('the JSON Schema', () => {
  it('describes every key and has the defaults', () => {
    const lacking: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, value] of Object.entries(node)) {
        if (path.endsWith('/properties') && !path.includes('/definitions') && !('description' in value))
          lacking.push(`${path}/${key}`);
        visit(value, `${path}/${key}`);
      }
    };
    visit(configJsonSchema(), '');
    expect(lacking).toEqual([]);
    expect(at('properties.listen.properties.port.default')).toBe(4000);
    expect(at('properties.traffic.properties.all.properties.timeout.default')).toBe('10s');
  });

  it('takes references to the environment and to files where the loader does', () => {
    const environment = { $ref: '#/definitions/environment' };
    const file = { $ref: '#/definitions/file' };
    expect(at('properties.listen.properties.port.anyOf')).toEqual([
      { type: 'integer', minimum: 0, maximum: 65_535 },
      environment,
    ]);
    expect(at('properties.graphiql.properties.enabled.anyOf')).toEqual([{ type: 'boolean' }, environment]);
    expect(at('properties.graph.properties.poll.anyOf')).toEqual([
      { $ref: '#/definitions/duration' },
      environment,
      file,
    ]);
    expect(at('properties.graphiql.properties.title.anyOf')).toEqual([{ type: 'string' }, file]);
    const pattern = new RegExp(String(at('definitions.environment.pattern')));
    expect([`\${A}`, `x\${A:-b c}`, `$A`, `\${}`].map((text) => pattern.test(text))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('asks for one source of the supergraph, and for the kind of a REST subgraph only without openapi', () => {
    expect(at('properties.graph.allOf')).toEqual([
      { oneOf: [{ required: ['subgraphs'] }, { required: ['supergraph'] }, { required: ['registry'] }] },
    ]);
    expect(at('properties.graph.properties.subgraphs.additionalProperties.oneOf.2')).toMatchObject({
      required: ['url'],
      allOf: [
        { oneOf: [{ required: ['schema'] }, { required: ['openapi'] }] },
        { anyOf: [{ required: ['kind'] }, { required: ['openapi'] }] },
      ],
    });
  });

  it('knows nothing of units, which are no JSON Schema', () => {
    expect(JSON.stringify(configJsonSchema())).not.toMatch(/"(unit":"|either"|kindImpliedBy")/);
  });
});
