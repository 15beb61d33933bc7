import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsString, MaxLength } from 'class-validator';
import { EVENT_PATTERNS, EVENT_TYPES } from '../../journal/index.js';
import { LONGEST_URL } from '../outbound/url-rules.js';

export const URL_SCHEMA = {
  type: String,
  maxLength: LONGEST_URL,
  example: 'https://hooks.example.com/calls',
  description: 'https, and an address of the internet',
};

const MEANINGS = Object.entries(EVENT_TYPES).map(([type, when]) => `- \`${type}\`: ${when}`);

export const EVENT_TYPES_SCHEMA = {
  type: 'array' as const,
  items: { type: 'string', enum: EVENT_PATTERNS },
  minItems: 1,
  maxItems: EVENT_PATTERNS.length,
  example: ['call.ended', 'lead.*'],
  description: ['Events by name, all of a kind (`lead.*`), or all (`*`):', '', ...MEANINGS].join('\n'),
};

/** What it leads to is looked up later. */
export function IsReceiverUrl(): PropertyDecorator {
  return applyDecorators(IsString(), MaxLength(LONGEST_URL));
}

export function IsEventTypes(): PropertyDecorator {
  return applyDecorators(
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(EVENT_PATTERNS.length),
    ArrayUnique(),
    IsIn(EVENT_PATTERNS, {
      each: true,
      message: `each of eventTypes must be one of ${EVENT_PATTERNS.join(', ')}`,
    }),
  );
}
