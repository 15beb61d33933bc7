import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ComplianceModule } from '../compliance/index.js';
import { OutboxModule } from '../journal/index.js';
import { CallAnswers } from './call-answers.js';
import { CallScript } from './call-script.js';
import { CallbackTalliesController } from './callback-tallies.controller.js';
import { CallbackTallies } from './callback-tallies.js';
import { CallbackTalliesRepository } from './callback-tallies.repository.js';
import { CallbackTally } from './callback-tally.entity.js';
import { CarrierDoor } from './carrier-door.js';
import { CarrierSignature } from './carrier-signature.js';
import { KeysRepository } from './keys.repository.js';
import { KeysService } from './keys.service.js';
import { SpeechRepository } from './speech.repository.js';

/** Carrier callbacks in. */
@Module({})
export class WebhooksModule {
  /** @param dialer the one DialerModule of the app, which applies the news */
  static forRoot(dialer: DynamicModule): DynamicModule {
    return {
      module: WebhooksModule,
      imports: [TypeOrmModule.forFeature([CallbackTally]), ComplianceModule, OutboxModule, dialer],
      controllers: [CallbackTalliesController],
      providers: [
        CallAnswers,
        CallbackTallies,
        CallbackTalliesRepository,
        CallScript,
        CarrierDoor,
        CarrierSignature,
        KeysRepository,
        KeysService,
        SpeechRepository,
      ],
      exports: [CarrierDoor],
    };
  }
}
