import { SetMetadata } from '@nestjs/common';

export const CHANGES_NOTHING = 'changes-nothing';

/** A POST that only asks: it leaves no entry in the audit log. */
export const ChangesNothing = () => SetMetadata(CHANGES_NOTHING, true);
