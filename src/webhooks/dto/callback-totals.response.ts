import { ApiProperty } from '@nestjs/swagger';

/** How many callbacks the carrier, or somebody who is not, has sent, by what became of them. */
export class CallbackTotalsResponse {
  @ApiProperty({ example: 8012, description: 'Moved a call' }) applied: number;
  @ApiProperty({ example: 41, description: 'Told before' }) duplicate: number;
  @ApiProperty({ example: 17, description: 'Late, reordered, or about another carrier call' })
  ignored: number;
  @ApiProperty({ example: 0, description: 'About a call we do not know' }) unknown_call: number;
  @ApiProperty({ example: 0, description: 'Not signed by the carrier' }) bad_signature: number;
  @ApiProperty({ example: 0, description: "Another account's" }) wrong_account: number;
  @ApiProperty({ example: 0, description: 'Signed, and yet without a call or a known status' })
  nonsense: number;
}
