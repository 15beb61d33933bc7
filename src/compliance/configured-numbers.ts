import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../config/index.js';
import { PhoneNumbersRepository } from './phone-numbers.repository.js';

/** Registers the numbers of TWILIO_PHONE_NUMBERS at start. */
@Injectable()
export class ConfiguredNumbers implements OnModuleInit {
  constructor(
    private readonly numbers: PhoneNumbersRepository,
    private readonly config: AppConfig,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.numbers.register([...new Set(this.config.TWILIO_PHONE_NUMBERS)]);
  }
}
