import { Global, Module } from '@nestjs/common';
import { AppConfig } from '../config/index.js';
import { Carrier } from './carrier.js';
import { TwilioCarrier } from './twilio/twilio-carrier.js';

/** The way to the carrier. */
@Global()
@Module({
  providers: [
    {
      provide: Carrier,
      inject: [AppConfig],
      useFactory: (config: AppConfig) =>
        new TwilioCarrier({
          accountSid: config.TWILIO_ACCOUNT_SID ?? '',
          authToken: config.TWILIO_AUTH_TOKEN ?? '',
          apiUrl: config.TWILIO_API_URL,
          requestTimeoutMs: config.CARRIER_REQUEST_TIMEOUT_MS,
        }),
    },
  ],
  exports: [Carrier],
})
export class TelephonyModule {}
