import { isAtLeast, type DomainError, type Role } from '../../common/index.js';
import type { AccessRule, ScopeArea } from '../../common/http/index.js';
import type { Identity } from './identity.js';
import { forbidden } from './refusals.js';

/** Why an identity may not use a route; undefined: it may. A route that says nothing lets nobody in. */
export function refusalFor(
  { role, scopes }: Pick<Identity, 'role' | 'scopes'>,
  rule: AccessRule | undefined,
): DomainError | undefined {
  const least = rule?.role;
  if (least === undefined) return forbidden('Nobody may use this route');
  if (!isAtLeast(role, least)) {
    return forbidden(`It takes the role ${least} or a stronger one, and yours is ${role}`);
  }
  if (scopes === null || rule?.area === 'any') return undefined;
  return refusalOfScopes(scopes, rule?.area, least);
}

function refusalOfScopes(
  scopes: readonly string[],
  area: ScopeArea | undefined,
  least: Role,
): DomainError | undefined {
  if (area === undefined) return forbidden('It takes a key without scopes, or a user');
  const enough = least === 'viewer' ? [`${area}:read`, `${area}:write`] : [`${area}:write`];
  if (enough.some((scope) => scopes.includes(scope))) return undefined;
  return forbidden(`It takes the scope ${enough.join(' or ')}, which this key lacks`);
}
