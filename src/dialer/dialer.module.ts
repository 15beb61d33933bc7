import { BullModule } from '@nestjs/bull';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CallsModule } from '../calls/index.js';
import { CampaignsModule } from '../campaigns/index.js';
import { AppConfig } from '../config/index.js';
import { ComplianceModule } from '../compliance/index.js';
import { JournalModule, OutboxModule } from '../journal/index.js';
import { LeadsModule } from '../leads/index.js';
import { CallerIdRests } from './caller-id-rests.service.js';
import { CallerIdsController } from './caller-ids.controller.js';
import { CallerIds } from './caller-ids.service.js';
import { CallerIdsTick } from './caller-ids-tick.js';
import { CallProgressService } from './call-progress.service.js';
import { CALLS_QUEUE, CallsQueue } from './calls.queue.js';
import { AccountShare } from './account-share.entity.js';
import { AccountShares } from './account-shares.js';
import { AccountSharesRepository } from './account-shares.repository.js';
import { BreakerRepository } from './breaker.repository.js';
import { BreakerService } from './breaker.service.js';
import { CampaignWaker } from './campaign-waker.js';
import { CarrierRequests } from './carrier-requests.js';
import { ClaimLimits } from './claim-limits.js';
import { ClaimRepository } from './claim.repository.js';
import { ClaimService } from './claim.service.js';
import { DialTurn } from './dial-turn.entity.js';
import { DialerHooks } from './dialer-hooks.js';
import { DialerShutdown } from './dialer-shutdown.js';
import { DialerTick } from './dialer-tick.js';
import { DialingProcessor } from './dialing.processor.js';
import { BlockedRepository } from './explain/blocked.repository.js';
import { BlockedService } from './explain/blocked.service.js';
import { CampaignLook } from './explain/campaign-look.js';
import { ExplainController } from './explain/explain.controller.js';
import { ExplainRepository } from './explain/explain.repository.js';
import { ExplainService } from './explain/explain.service.js';
import { LeadLook } from './explain/lead-look.js';
import { RoomLook } from './explain/room-look.js';
import { HangUpController } from './hang-up.controller.js';
import { HangUpService } from './hang-up.service.js';
import { HealingService } from './healing.service.js';
import { JobHealer } from './job-healer.js';
import { LeadHealer } from './lead-healer.js';
import { NumberCapRepository } from './number-cap.repository.js';
import { NumberCaps } from './number-cap.service.js';
import { NewsRepository } from './news.repository.js';
import { PlacementRepository } from './placement.repository.js';
import { PlacementService } from './placement.service.js';
import { BlockedLeads } from './readiness/blocked-leads.js';
import { BlockedLeadsRepository } from './readiness/blocked-leads.repository.js';
import type { ReadinessRule } from './readiness/judgement.js';
import { READINESS_RULES, ReadinessJudge } from './readiness/readiness-judge.js';
import { NumberCapRule } from './readiness/number-cap.rule.js';
import { SuppressionRule } from './readiness/suppression.rule.js';
import { WindowRule } from './readiness/window.rule.js';
import { ReconcileRepository } from './reconcile.repository.js';
import { ReconcileService } from './reconcile.service.js';
import { Rates } from './rules/rates.js';
import { SettlementService } from './settlement.service.js';
import { TurnsRepository } from './turns.repository.js';
import { WithdrawalRepository } from './withdrawal.repository.js';
import { WithdrawalService } from './withdrawal.service.js';

/** What keeps a lead from being called now. The first that fails it gives the reason. */
const RULES = [SuppressionRule, WindowRule, NumberCapRule];

const READINESS: Provider[] = [
  ...RULES,
  { provide: READINESS_RULES, useFactory: (...rules: ReadinessRule[]) => rules, inject: RULES },
  ReadinessJudge,
  BlockedLeadsRepository,
  BlockedLeads,
];

/** "Why not called?" */
const EXPLAINING: Provider[] = [
  BlockedRepository,
  BlockedService,
  CampaignLook,
  ExplainRepository,
  ExplainService,
  LeadLook,
  RoomLook,
];

/** Claiming and news: in every process. */
const EVERYWHERE: Provider[] = [
  AccountShares,
  AccountSharesRepository,
  BreakerRepository,
  BreakerService,
  ...READINESS,
  ...EXPLAINING,
  CallerIds,
  CallProgressService,
  CallsQueue,
  CampaignWaker,
  ClaimLimits,
  ClaimRepository,
  ClaimService,
  DialerHooks,
  DialerShutdown,
  HangUpService,
  { provide: Rates, inject: [AppConfig], useFactory: (config: AppConfig) => new Rates(config.CALL_RATES) },
  NumberCapRepository,
  NumberCaps,
  NewsRepository,
  WithdrawalRepository,
  WithdrawalService,
];

/** Placing and minding: in workers only. */
const WORKERS: Provider[] = [
  CallerIdRests,
  CallerIdsTick,
  CarrierRequests,
  DialerTick,
  DialingProcessor,
  HealingService,
  JobHealer,
  LeadHealer,
  PlacementRepository,
  PlacementService,
  ReconcileRepository,
  ReconcileService,
  SettlementService,
  TurnsRepository,
];

/** Jobs are tried more often than calls are placed (a turn may not have come): a wall, not the pace itself. */
const JOBS_PER_PLACEMENT = 4;

/** Calls the leads of active campaigns. */
@Module({})
export class DialerModule {
  static forRoot(config: AppConfig): DynamicModule {
    const cps = config.CARRIER_CPS;
    const limiter =
      cps === undefined ? undefined : { max: Math.ceil(cps * JOBS_PER_PLACEMENT) + 1, duration: 1000 };
    return {
      module: DialerModule,
      imports: [
        TypeOrmModule.forFeature([AccountShare, DialTurn]),
        BullModule.registerQueue({ name: CALLS_QUEUE, ...(limiter ? { limiter } : {}) }),
        CampaignsModule,
        CallsModule,
        ComplianceModule,
        JournalModule,
        LeadsModule,
        OutboxModule,
      ],
      controllers: [CallerIdsController, ExplainController, HangUpController],
      providers: config.isWorker ? [...EVERYWHERE, ...WORKERS] : EVERYWHERE,
      exports: [CallProgressService, CallerIds, ReadinessJudge],
    };
  }
}
