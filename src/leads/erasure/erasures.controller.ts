import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { parsePhoneNumber } from '../../compliance/index.js';
import { ok, type Envelope } from '../../common/index.js';
import { ApiErrors, ApiOk, Roles, Scopes } from '../../common/http/index.js';
import { Idempotent } from '../../journal/index.js';
import { invalidPhoneNumber } from '../lead.errors.js';
import { ErasePersonDto, ErasureResponse } from './erase-person.dto.js';
import { LeadErasure } from './erasure.service.js';

/** People who may be in no list any more, and still in calls, files or answers. */
@ApiTags('leads')
@Scopes('leads')
@Controller('erasures')
export class ErasuresController {
  constructor(private readonly erasure: LeadErasure) {}

  @Post()
  @Roles('manager')
  @Idempotent('sealed')
  @HttpCode(200)
  @ApiOperation({ summary: 'Erase a person, known by a phone number, from all there is' })
  @ApiOk(ErasureResponse)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_PHONE_NUMBER', 'LEAD_IN_CALL', 'IMPORT_IN_PROGRESS')
  async erase(@Body() { phoneNumber }: ErasePersonDto): Promise<Envelope<ErasureResponse>> {
    const parsed = parsePhoneNumber(phoneNumber);
    if (!parsed.ok) throw invalidPhoneNumber(parsed.reason);
    return ok(await this.erasure.erase(parsed.e164), 'Person erased');
  }
}
