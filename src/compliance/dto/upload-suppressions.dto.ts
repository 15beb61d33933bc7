import { ApiProperty } from '@nestjs/swagger';

/** The multipart form of an upload, for the documentation. */
export class UploadSuppressionsForm {
  @ApiProperty({
    type: 'string',
    format: 'binary',
    description: 'CSV with a header line: phoneNumber, and if you like reason, source, expiresAt',
  })
  file: unknown;
}
