import { type GraphQLSchema, OperationTypeNode } from 'graphql';
import type { ChangeDraft } from '../change.ts';
import { membersOf } from './members-of.ts';

const operations = [OperationTypeNode.QUERY, OperationTypeNode.MUTATION, OperationTypeNode.SUBSCRIPTION] as const;

/** Changes of which types the roots of operations are, where the types themselves stay. */
export function* diffRootTypes(before: GraphQLSchema, after: GraphQLSchema): Iterable<ChangeDraft> {
  for (const operation of operations) {
    const former = before.getRootType(operation) ?? undefined;
    const latter = after.getRootType(operation) ?? undefined;
    if (former?.name === latter?.name) continue;
    if (former === undefined) {
      if (latter === undefined || before.getType(latter.name) === undefined) continue;
      const message = `The schema answers ${operation} operations now, from ${latter.name}.`;
      yield { code: 'ROOT_TYPE_ADDED', level: 'safe', coordinate: latter.name, detail: operation, message };
      continue;
    }
    if (latter === undefined && after.getType(former.name) === undefined) continue;
    const what = latter ? `begin at ${latter.name} instead of ${former.name}` : 'are not answered any more';
    yield {
      code: latter ? 'ROOT_TYPE_CHANGED' : 'ROOT_TYPE_REMOVED',
      level: 'breaking',
      coordinate: former.name,
      detail: `${operation} ${latter?.name ?? ''}`,
      message: `Operations of the kind ${operation} ${what}.`,
      uses: [former.name, ...membersOf(former)],
    };
  }
}
