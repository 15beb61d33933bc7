import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IfSent, PageQueryDto } from '../../common/http/index.js';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../../journal/index.js';

export class ListWebhooksQuery extends PageQueryDto(50) {}

export class ListDeliveriesQuery extends PageQueryDto(50) {
  @ApiPropertyOptional({ enum: DELIVERY_STATUSES, description: 'Only these; dead: the dead letters' })
  @IfSent()
  @IsIn(DELIVERY_STATUSES)
  status?: DeliveryStatus;
}
