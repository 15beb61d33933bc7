import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CallEvent } from './call-event.entity.js';
import { CallMovesRepository } from './call-moves.repository.js';
import { Call } from './call.entity.js';
import { CallsController } from './calls.controller.js';
import { CallsRepository } from './calls.repository.js';

/** Calls: their rows, states and events. */
@Module({
  imports: [TypeOrmModule.forFeature([Call, CallEvent])],
  controllers: [CallsController],
  providers: [CallsRepository, CallMovesRepository],
  exports: [CallsRepository, CallMovesRepository],
})
export class CallsModule {}
