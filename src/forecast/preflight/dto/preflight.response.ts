import { ApiProperty } from '@nestjs/swagger';
import { WARNING_CODES, type WarningCode } from '../warnings.js';
import { AssumptionsResponse } from './preflight.dto.js';

const COUNTS = { type: 'object', additionalProperties: { type: 'integer' } } as const;

class LaterResponse {
  @ApiProperty({ type: 'integer' }) total: number;
  @ApiProperty({ ...COUNTS, example: { outside_window: 120, retry_wait: 4 } }) byReason: Record<
    string,
    number
  >;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the first of them may be called',
  })
  nextAt: Date | null;
}

class NeverResponse {
  @ApiProperty({ type: 'integer' }) total: number;
  @ApiProperty({ ...COUNTS, example: { suppressed: 3 } }) byReason: Record<string, number>;
}

class SampleResponse {
  @ApiProperty({ type: 'integer', description: 'Leads looked at' }) leads: number;
  @ApiProperty({ type: 'integer', description: 'Pending leads there are' }) of: number;
  @ApiProperty({ description: 'A count is off by more leads than this in one case of twenty', example: 3100 })
  errorBound: number;
}

class PreflightLeadsResponse {
  @ApiProperty({ type: 'integer', description: 'Pending ones' }) pending: number;
  @ApiProperty({ type: 'integer', description: 'In a call now' }) calling: number;
  @ApiProperty({ type: 'integer' }) completed: number;
  @ApiProperty({ type: 'integer' }) failed: number;
  @ApiProperty({ type: 'integer', description: 'Callable at the start' }) now: number;
  @ApiProperty() later: LaterResponse;
  @ApiProperty() never: NeverResponse;
  @ApiProperty({
    type: SampleResponse,
    nullable: true,
    description: 'null: every pending lead was looked at',
  })
  sample: SampleResponse | null;
}

class LeadExample {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ example: '+12025550142' }) phoneNumber: string;
}

class MissingVariableResponse {
  @ApiProperty({ example: 'metadata.company' }) placeholder: string;
  @ApiProperty({ example: 'Sales Agent', description: 'Whose words speak of it' }) saidBy: string;
  @ApiProperty({ type: 'integer', description: 'Pending leads that lack it' }) leads: number;
  @ApiProperty({ type: [LeadExample] }) examples: LeadExample[];
}

class CourseResponse {
  @ApiProperty({ type: String, format: 'date-time' }) finishAt: Date;
  @ApiProperty({ type: 'integer' }) calls: number;
  @ApiProperty({ description: 'By estimate, in the currency of the rates' }) cost: number;
}

class ForecastResponse {
  @ApiProperty({ type: String, format: 'date-time' }) startAt: Date;
  @ApiProperty() low: CourseResponse;
  @ApiProperty() expected: CourseResponse;
  @ApiProperty() high: CourseResponse;
  @ApiProperty({
    enum: ['completed', 'stopped', 'paused', 'stuck', 'cut'],
    description: 'How the expected course ends; cut: it takes too long to be played to its end',
  })
  end: string;
  @ApiProperty({ type: String, nullable: true, example: null }) reason: string | null;
  @ApiProperty({ type: 'integer', description: 'Leads that are still pending then' }) leftOver: number;
  @ApiProperty() assumptions: AssumptionsResponse;
}

class WarningResponse {
  @ApiProperty({ enum: WARNING_CODES, example: 'NO_CALLER_ID' }) code: WarningCode;
  @ApiProperty() message: string;
}

/** What a campaign would do if it were started. */
export class PreflightResponse {
  @ApiProperty() leads: PreflightLeadsResponse;
  @ApiProperty({ type: [MissingVariableResponse] }) missingVariables: MissingVariableResponse[];
  @ApiProperty() forecast: ForecastResponse;
  @ApiProperty({ type: [WarningResponse] }) warnings: WarningResponse[];
}
