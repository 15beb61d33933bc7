import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { FileUploadInterceptor } from '../imports/index.js';
import { OptOuts } from './opt-outs.js';
import { Suppression } from './suppression.entity.js';
import { SuppressionExport } from './suppression-export.js';
import { SuppressionGate } from './suppression-gate.js';
import { SuppressionHooks } from './suppression-hooks.js';
import { SuppressionImport } from './suppression-import.service.js';
import { SuppressionsController } from './suppressions.controller.js';
import { SuppressionsRepository } from './suppressions.repository.js';
import { SuppressionsService } from './suppressions.service.js';

/** Whom nobody may call. */
@Module({
  imports: [TypeOrmModule.forFeature([Suppression])],
  controllers: [SuppressionsController],
  providers: [
    FileUploadInterceptor,
    OptOuts,
    SuppressionExport,
    SuppressionGate,
    SuppressionHooks,
    SuppressionImport,
    SuppressionsRepository,
    SuppressionsService,
  ],
  exports: [OptOuts, SuppressionHooks],
})
export class ComplianceModule {}
