import { Injectable } from '@nestjs/common';
import { MAY_CALL, type LeadRule, type ReadinessRule } from './judgement.js';

/** Nobody calls a number on the do-not-call list. Who is on it, the statement that finds a lead tells with it. */
@Injectable()
export class SuppressionRule implements ReadinessRule {
  prepare(): LeadRule {
    return ({ isSuppressed }) => (isSuppressed ? { kind: 'fail', reason: 'suppressed' } : MAY_CALL);
  }
}
