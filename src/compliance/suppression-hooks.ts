import { Injectable } from '@nestjs/common';
import { HookRegistry } from '../common/index.js';

/** What the dialer does when numbers were suppressed. */
export interface SuppressionListener {
  /** Called after the commit. Resolves when no placement to a suppressed number can begin any more. */
  suppressed(): Promise<void>;
}

/** What this room asks of the rooms above. */
@Injectable()
export class SuppressionHooks {
  readonly added = new HookRegistry<SuppressionListener>();
}
