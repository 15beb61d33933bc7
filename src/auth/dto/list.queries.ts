import { PageQueryDto } from '../../common/http/index.js';

export class ListUsersQuery extends PageQueryDto(10) {}

export class ListApiKeysQuery extends PageQueryDto(10) {}
