import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { accessRuleOf, type AccessRule } from '../../src/common/http/index.js';
import type { TestApp } from './app.js';

/** A route as its controller declares it. */
export interface DeclaredRoute {
  /** As in OpenAPI: `POST /api/v1/campaigns/{id}/start`. */
  title: string;
  /** Undefined: nothing says who may use it. */
  rule: AccessRule | undefined;
}

const PREFIX = 'api/v1';
const UNPREFIXED = /^(health|api\/v1\/)/;

/** Every route of every controller that the app was put together with. */
export function declaredRoutes({ app }: TestApp): DeclaredRoute[] {
  const modules = [...app.get(ModulesContainer).values()];
  const controllers = modules.flatMap((module) => [...module.controllers.values()]);
  const classes = new Set(controllers.map(({ metatype }) => metatype).filter((one) => one !== null));
  return [...classes].flatMap((controller) => routesOf(controller as { prototype: object }));
}

function routesOf(controller: { prototype: object }): DeclaredRoute[] {
  const names = Object.getOwnPropertyNames(controller.prototype);
  return names.flatMap((name) => {
    const handler: unknown = Reflect.get(controller.prototype, name);
    if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
    const method = RequestMethod[Number(Reflect.getMetadata(METHOD_METADATA, handler))];
    const path = [controller, handler].map((one) => String(Reflect.getMetadata(PATH_METADATA, one)));
    return [{ title: `${method} ${pathOf(path)}`, rule: accessRuleOf(handler, controller) }];
  });
}

function pathOf(parts: string[]): string {
  const own = parts.flatMap((part) => part.split('/')).filter(Boolean);
  const all = UNPREFIXED.test(own.join('/')) ? own : [...PREFIX.split('/'), ...own];
  return `/${all.join('/')}`.replace(/:(\w+)/g, '{$1}');
}
