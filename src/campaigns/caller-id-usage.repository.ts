import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PhoneNumberHooks, type PhoneNumberUsageHook } from '../compliance/index.js';
import { andOwn, Database, type Tx } from '../database/index.js';

/** Answers the compliance room's questions before one of our numbers is taken away. */
@Injectable()
export class CallerIdUsageRepository implements PhoneNumberUsageHook, OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly hooks: PhoneNumberHooks,
  ) {}

  onModuleInit(): void {
    this.hooks.usage.add(this);
  }

  campaignNaming(phoneNumber: string, tx: Tx): Promise<string | null> {
    return this.first(`$1 = ANY(caller_ids)`, phoneNumber, tx);
  }

  campaignLeftWithout(phoneNumber: string, tx: Tx): Promise<string | null> {
    return this.first(
      `status = 'active' AND (caller_ids IS NULL OR $1 = ANY(caller_ids)) AND NOT EXISTS (
         SELECT 1 FROM phone_numbers n WHERE n.workspace_id = campaigns.workspace_id AND n.phone_number <> $1 AND n.is_active
           AND (caller_ids IS NULL OR n.phone_number = ANY(caller_ids)))`,
      phoneNumber,
      tx,
    );
  }

  private async first(condition: string, phoneNumber: string, tx: Tx): Promise<string | null> {
    const values = [phoneNumber];
    const [campaign] = await this.database.query<{ name: string }>(
      `SELECT name FROM campaigns WHERE (${condition})${andOwn(values)} ORDER BY id LIMIT 1`,
      values,
      tx,
    );
    return campaign?.name ?? null;
  }
}
