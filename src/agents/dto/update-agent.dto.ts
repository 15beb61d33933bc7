import { PartialType } from '@nestjs/swagger';
import { CreateAgentDto } from './create-agent.dto.js';

/** What changes of an agent: absent fields stay, null clears an optional text. */
export class UpdateAgentDto extends PartialType(CreateAgentDto, { skipNullProperties: false }) {}
