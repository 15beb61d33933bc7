import { ApiProperty } from '@nestjs/swagger';

/** The multipart form of an upload, for the documentation. */
export class UploadLeadsForm {
  @ApiProperty({
    type: 'string',
    format: 'binary',
    description:
      'CSV with a header line: phoneNumber, and if you like name, priority, metadata (a JSON object)',
  })
  file: unknown;
}
