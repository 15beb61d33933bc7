import 'reflect-metadata';
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import type { Role } from '../roles.js';

/** What an API key can be limited to: `<area>:read`, or `<area>:write`, which reads too. */
export const SCOPE_AREAS = [
  'agents',
  'calls',
  'campaigns',
  'leads',
  'phone-numbers',
  'suppressions',
  'webhooks',
] as const;
export type ScopeArea = (typeof SCOPE_AREAS)[number];

const ROLE = 'access:role';
const AREA = 'access:area';
const PUBLIC = 'access:public';

type Decorator = MethodDecorator & ClassDecorator;

/** Lets in whoever has this role or a stronger one. */
export function Roles(least: Role): Decorator {
  return applyDecorators(SetMetadata(ROLE, least), ApiSecurity('bearer'), ApiSecurity('apiKey'));
}

/** The area a limited API key must be for; `any`: all of them. Without it, no limited key gets in at all. */
export function Scopes(area: ScopeArea | 'any'): Decorator {
  return SetMetadata(AREA, area);
}

/** Lets in everybody. */
export function Public(): Decorator {
  return SetMetadata(PUBLIC, true);
}

/** Who may use a route. */
export interface AccessRule {
  isPublic: boolean;
  role?: Role;
  area?: ScopeArea | 'any';
}

/** What was said of the route, else of its controller; undefined: nothing, which is a mistake, and lets nobody in. */
export function accessRuleOf(handler: object, controller: object): AccessRule | undefined {
  const read = (key: string): unknown =>
    Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller);
  if (read(PUBLIC) === true) return { isPublic: true };
  const role = read(ROLE) as Role | undefined;
  return role && { isPublic: false, role, area: read(AREA) as AccessRule['area'] };
}
