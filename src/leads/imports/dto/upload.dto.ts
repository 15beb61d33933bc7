import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean } from 'class-validator';

/** The multipart form of an upload, for the documentation. */
export class UploadLeadsForm {
  @ApiProperty({
    type: 'string',
    format: 'binary',
    description:
      'CSV with a header line: phoneNumber, and if you like name, priority, metadata (a JSON object); further columns become metadata',
  })
  file: unknown;
}

/** Query of an upload. */
export class UploadQuery {
  @ApiPropertyOptional({ type: 'boolean', default: false, description: 'Report, but store nothing' })
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  dryRun = false;
}
