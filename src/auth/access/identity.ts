import type { Actor, Role } from '../../common/index.js';
import { DEFAULT_WORKSPACE_ID } from '../../database/index.js';

/** Who asks, and what they may. */
export interface Identity {
  actor: Actor;
  role: Role;
  workspaceId: string;
  /** What an API key is limited to; null: whatever the role may. */
  scopes: readonly string[] | null;
  /** The login, where there is one of ours. */
  sessionId?: string;
}

/** Everybody, where `AUTH_MODE` is `open`. */
export const OPEN_IDENTITY: Identity = {
  actor: { kind: 'open', id: null, name: 'open mode' },
  role: 'owner',
  workspaceId: DEFAULT_WORKSPACE_ID,
  scopes: null,
};
