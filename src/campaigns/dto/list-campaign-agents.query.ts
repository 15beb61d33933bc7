import { PageQueryDto } from '../../common/http/index.js';

export class ListCampaignAgentsQuery extends PageQueryDto(50) {}
