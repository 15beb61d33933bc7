import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ok, okPage, type Envelope, type ListEnvelope } from '../../common/index.js';
import { ApiCreated, ApiErrors, ApiOk, ApiPage, IdPipe, Roles } from '../../common/http/index.js';
import { Idempotent } from '../../journal/index.js';
import { CreateUserDto } from '../dto/create-user.dto.js';
import { ListUsersQuery } from '../dto/list.queries.js';
import { UpdateUserDto } from '../dto/update-user.dto.js';
import { DeletedUserResponse, toUserResponse, UserResponse } from '../dto/user.response.js';
import { UsersService } from './users.service.js';

const USER_ID = new IdPipe('User');

/** No key that is limited to scopes gets in here: it could make itself a stronger one. */
@ApiTags('auth')
@Roles('owner')
@Controller('auth/users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Post()
  @Idempotent('sealed')
  @ApiOperation({ summary: 'Let somebody in' })
  @ApiCreated(UserResponse)
  @ApiErrors('VALIDATION_FAILED', 'EMAIL_TAKEN')
  async create(@Body() body: CreateUserDto): Promise<Envelope<UserResponse>> {
    return ok(toUserResponse(await this.users.create(body)));
  }

  @Get()
  @ApiOperation({ summary: 'List the users of the workspace, newest first' })
  @ApiPage(UserResponse)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR')
  async list(@Query() query: ListUsersQuery): Promise<ListEnvelope<UserResponse>> {
    const { items, ...paged } = await this.users.list(query);
    return okPage({ ...paged, items: items.map(toUserResponse) }, query);
  }

  @Get(':userId')
  @ApiParam({ name: 'userId', format: 'uuid' })
  @ApiOperation({ summary: 'Get a user' })
  @ApiOk(UserResponse)
  @ApiErrors('USER_NOT_FOUND')
  async get(@Param('userId', USER_ID) id: string): Promise<Envelope<UserResponse>> {
    return ok(toUserResponse(await this.users.get(id)));
  }

  @Put(':userId')
  @ApiParam({ name: 'userId', format: 'uuid' })
  @ApiOperation({ summary: "Change a user's name, role or password, or shut the user out" })
  @ApiOk(UserResponse)
  @ApiErrors('VALIDATION_FAILED', 'LAST_OWNER', 'USER_NOT_FOUND')
  async update(
    @Param('userId', USER_ID) id: string,
    @Body() body: UpdateUserDto,
  ): Promise<Envelope<UserResponse>> {
    return ok(toUserResponse(await this.users.update(id, body)));
  }

  @Delete(':userId')
  @ApiParam({ name: 'userId', format: 'uuid' })
  @ApiOperation({ summary: 'Delete a user, and end all their logins' })
  @ApiOk(DeletedUserResponse)
  @ApiErrors('LAST_OWNER', 'USER_NOT_FOUND')
  async delete(@Param('userId', USER_ID) id: string): Promise<Envelope<DeletedUserResponse>> {
    await this.users.delete(id);
    return ok({ id }, 'User deleted successfully');
  }
}
