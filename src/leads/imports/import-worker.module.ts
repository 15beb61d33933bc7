import { Module } from '@nestjs/common';
import { LeadsModule } from '../leads.module.js';
import { ImportsProcessor } from './imports.processor.js';
import { ImportsTick } from './imports-tick.js';

/** Does queued imports: in workers only. */
@Module({
  imports: [LeadsModule],
  providers: [ImportsProcessor, ImportsTick],
})
export class ImportWorkerModule {}
