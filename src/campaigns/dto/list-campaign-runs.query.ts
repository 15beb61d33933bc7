import { PageQueryDto } from '../../common/http/index.js';

export class ListCampaignRunsQuery extends PageQueryDto(50) {}
