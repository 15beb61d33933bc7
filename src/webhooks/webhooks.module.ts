import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CallAnswers } from './call-answers.js';
import { CallbackTalliesController } from './callback-tallies.controller.js';
import { CallbackTallies } from './callback-tallies.js';
import { CallbackTalliesRepository } from './callback-tallies.repository.js';
import { CallbackTally } from './callback-tally.entity.js';
import { CarrierDoor } from './carrier-door.js';
import { CarrierSignature } from './carrier-signature.js';
import { SpeechRepository } from './speech.repository.js';

/** Carrier callbacks in. */
@Module({})
export class WebhooksModule {
  /** @param dialer the one DialerModule of the app, which applies the news */
  static forRoot(dialer: DynamicModule): DynamicModule {
    return {
      module: WebhooksModule,
      imports: [TypeOrmModule.forFeature([CallbackTally]), dialer],
      controllers: [CallbackTalliesController],
      providers: [
        CallAnswers,
        CallbackTallies,
        CallbackTalliesRepository,
        CarrierDoor,
        CarrierSignature,
        SpeechRepository,
      ],
      exports: [CarrierDoor],
    };
  }
}
