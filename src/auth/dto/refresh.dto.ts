import { OpaqueToken } from './fields.decorators.js';

/** The refresh token of a login. */
export class RefreshDto {
  @OpaqueToken('cr_Zm9yIGRvY3VtZW50YXRpb24gb25seSwgbm90IGEga2V5')
  refreshToken: string;
}
