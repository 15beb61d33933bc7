import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { JournalModule } from '../journal/index.js';
import { AgentHooks } from './agent-hooks.js';
import { Agent } from './agent.entity.js';
import { AgentsController } from './agents.controller.js';
import { AgentsRepository } from './agents.repository.js';
import { AgentsService } from './agents.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Agent]), JournalModule],
  controllers: [AgentsController],
  providers: [AgentHooks, AgentsRepository, AgentsService],
  exports: [AgentHooks, AgentsService],
})
export class AgentsModule {}
