/** A claim by its whole name (`https://example.com/role`), else by a path (`realm_access.roles`). Own properties only. */
export function claimAt(claims: object, name: string): unknown {
  if (Object.hasOwn(claims, name)) return ownOf(claims, name);
  return name.split('.').reduce<unknown>(ownOf, claims);
}

function ownOf(from: unknown, name: string): unknown {
  if (typeof from !== 'object' || from === null) return undefined;
  return Object.getOwnPropertyDescriptor(from, name)?.value;
}
