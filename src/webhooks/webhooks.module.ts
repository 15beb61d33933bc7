import { Module, type DynamicModule } from '@nestjs/common';
import { SpeechRepository } from './speech.repository.js';
import { TwilioController } from './twilio.controller.js';

/** Carrier callbacks in. */
@Module({})
export class WebhooksModule {
  /** @param dialer the one DialerModule of the app, which applies the news */
  static forRoot(dialer: DynamicModule): DynamicModule {
    return {
      module: WebhooksModule,
      imports: [dialer],
      controllers: [TwilioController],
      providers: [SpeechRepository],
    };
  }
}
