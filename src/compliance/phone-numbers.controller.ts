import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Clock, ok, okPage, type Envelope, type ListEnvelope } from '../common/index.js';
import { ApiCreated, ApiErrors, ApiOk, ApiPage, IdPipe, Roles, Scopes } from '../common/http/index.js';
import { Idempotent } from '../journal/index.js';
import { CreatePhoneNumberDto } from './dto/create-phone-number.dto.js';
import { ListPhoneNumbersQuery } from './dto/list-phone-numbers.query.js';
import {
  DeletedPhoneNumberResponse,
  PhoneNumberResponse,
  toPhoneNumberResponse,
} from './dto/phone-number.response.js';
import { RestPhoneNumberDto } from './dto/rest-phone-number.dto.js';
import { UpdatePhoneNumberDto } from './dto/update-phone-number.dto.js';
import { PhoneNumberRests } from './phone-number-rests.service.js';
import { PhoneNumbersService, type PhoneNumberWithUse } from './phone-numbers.service.js';

const ID = new IdPipe('Phone number');

@ApiTags('phone numbers')
@Scopes('phone-numbers')
@Controller('phone-numbers')
export class PhoneNumbersController {
  constructor(
    private readonly numbers: PhoneNumbersService,
    private readonly rests: PhoneNumberRests,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Roles('manager')
  @Idempotent()
  @ApiOperation({ summary: 'Add a number of the carrier account to those that calls are made from' })
  @ApiCreated(PhoneNumberResponse)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_PHONE_NUMBER', 'PHONE_NUMBER_EXISTS')
  async create(
    @Body() { phoneNumber, ...fields }: CreatePhoneNumberDto,
  ): Promise<Envelope<PhoneNumberResponse>> {
    return this.show(await this.numbers.create(phoneNumber, fields));
  }

  @Get()
  @Roles('viewer')
  @ApiOperation({ summary: 'List the numbers that calls are made from, newest first' })
  @ApiPage(PhoneNumberResponse)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR')
  async list(@Query() query: ListPhoneNumbersQuery): Promise<ListEnvelope<PhoneNumberResponse>> {
    const { items, ...paged } = await this.numbers.list(query, query.isActive);
    const now = this.clock.now();
    return okPage({ ...paged, items: items.map((item) => toPhoneNumberResponse(item, now)) }, query);
  }

  @Get(':phoneNumberId')
  @Roles('viewer')
  @ApiParam({ name: 'phoneNumberId', format: 'uuid' })
  @ApiOperation({ summary: 'Get a number, with its use today and its rest' })
  @ApiOk(PhoneNumberResponse)
  @ApiErrors('PHONE_NUMBER_NOT_FOUND')
  async get(@Param('phoneNumberId', ID) id: string): Promise<Envelope<PhoneNumberResponse>> {
    return this.show(await this.numbers.get(id));
  }

  @Put(':phoneNumberId')
  @Roles('manager')
  @ApiParam({ name: 'phoneNumberId', format: 'uuid' })
  @ApiOperation({ summary: 'Update a number; absent fields stay as they are' })
  @ApiOk(PhoneNumberResponse)
  @ApiErrors('VALIDATION_FAILED', 'PHONE_NUMBER_IN_USE', 'PHONE_NUMBER_NOT_FOUND')
  async update(
    @Param('phoneNumberId', ID) id: string,
    @Body() body: UpdatePhoneNumberDto,
  ): Promise<Envelope<PhoneNumberResponse>> {
    return this.show(await this.numbers.update(id, body));
  }

  @Delete(':phoneNumberId')
  @Roles('manager')
  @ApiParam({ name: 'phoneNumberId', format: 'uuid' })
  @ApiOperation({ summary: 'Delete a number that no campaign names and no open call was made from' })
  @ApiOk(DeletedPhoneNumberResponse)
  @ApiErrors('PHONE_NUMBER_CONFIGURED', 'PHONE_NUMBER_IN_USE', 'PHONE_NUMBER_HAS_OPEN_CALLS')
  @ApiErrors('PHONE_NUMBER_NOT_FOUND')
  async delete(@Param('phoneNumberId', ID) id: string): Promise<Envelope<DeletedPhoneNumberResponse>> {
    await this.numbers.delete(id);
    return ok({ id }, 'Phone number deleted successfully');
  }

  @Post(':phoneNumberId/rest')
  @Roles('manager')
  @Idempotent()
  @HttpCode(200)
  @ApiParam({ name: 'phoneNumberId', format: 'uuid' })
  @ApiOperation({ summary: 'Let a number rest: nothing more is called from it until then' })
  @ApiOk(PhoneNumberResponse)
  @ApiErrors('VALIDATION_FAILED', 'PHONE_NUMBER_NOT_FOUND')
  async rest(
    @Param('phoneNumberId', ID) id: string,
    @Body() body: RestPhoneNumberDto,
  ): Promise<Envelope<PhoneNumberResponse>> {
    await this.rests.begin(id, body);
    return this.show(await this.numbers.get(id));
  }

  @Delete(':phoneNumberId/rest')
  @Roles('manager')
  @ApiParam({ name: 'phoneNumberId', format: 'uuid' })
  @ApiOperation({ summary: "End a number's rest, whoever began it" })
  @ApiOk(PhoneNumberResponse)
  @ApiErrors('PHONE_NUMBER_NOT_FOUND')
  async endRest(@Param('phoneNumberId', ID) id: string): Promise<Envelope<PhoneNumberResponse>> {
    await this.rests.end(id);
    return this.show(await this.numbers.get(id));
  }

  private show(number: PhoneNumberWithUse): Envelope<PhoneNumberResponse> {
    return ok(toPhoneNumberResponse(number, this.clock.now()));
  }
}
