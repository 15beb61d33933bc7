import { ApiProperty } from '@nestjs/swagger';
import { ROLES, type Role } from '../../common/index.js';
import type { User } from '../users/user.entity.js';

/** A user as owners see it. */
export class UserResponse {
  @ApiProperty({ format: 'uuid', example: '01994c1e-7a3b-7c52-9a3e-2f4b8d1c6e70' })
  id: string;

  @ApiProperty({ example: 'operator@example.com' })
  email: string;

  @ApiProperty({ type: String, nullable: true, example: 'Jane Doe' })
  name: string | null;

  @ApiProperty({ enum: ROLES })
  role: Role;

  @ApiProperty({ description: 'false: shut out' })
  isActive: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastLoginAt: Date | null;

  @ApiProperty({ format: 'date-time', example: '2025-10-07T20:00:00.000Z' })
  createdAt: Date;

  @ApiProperty({ format: 'date-time', example: '2025-10-07T20:00:00.000Z' })
  updatedAt: Date;
}

/** What is left of a deleted user. */
export class DeletedUserResponse {
  @ApiProperty({ format: 'uuid', example: '01994c1e-7a3b-7c52-9a3e-2f4b8d1c6e70' })
  id: string;
}

export function toUserResponse(user: User): UserResponse {
  const { id, email, name, role, isActive, lastLoginAt, createdAt, updatedAt } = user;
  return { id, email, name, role, isActive, lastLoginAt, createdAt, updatedAt };
}
