import { EntityManager, type EntityTarget, type ObjectLiteral, type Repository } from 'typeorm';
import type { Tx } from './database.js';

/** The rows of an entity, as the transaction sees them. @throws Error for a pipeline */
export function rowsIn<E extends ObjectLiteral>(tx: Tx, entity: EntityTarget<E>): Repository<E> {
  if (tx instanceof EntityManager) return tx.getRepository(entity);
  throw new Error('A pipeline knows no entities');
}
