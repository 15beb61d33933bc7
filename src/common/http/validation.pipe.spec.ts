import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsNumber,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { describe, expect, it } from 'vitest';
import { DomainError, type FieldError } from '../errors.js';
import { createValidationPipe } from './validation.pipe.js';

class Part {
  @IsInt({ message: 'weight must be in grams' })
  @Min(0)
  weight: number;
}

class Parcel {
  @IsString()
  @MaxLength(5)
  name: string;

  @IsNumber()
  @Max(10)
  @Min(1)
  size: number;

  @IsString({ each: true })
  @ArrayMaxSize(2)
  @IsArray()
  labels: string[];

  @Type(() => Part)
  @ValidateNested({ each: true })
  @IsArray()
  parts: Part[];
}

const RIGHT = { name: 'box', size: 5, labels: ['a'], parts: [{ weight: 1 }] };

async function faultsOf(parcel: object): Promise<FieldError[] | undefined> {
  const refusal: unknown = await createValidationPipe()
    .transform(parcel, { type: 'body', metatype: Parcel })
    .catch((error: unknown) => error);
  return refusal instanceof DomainError ? refusal.errors : undefined;
}

describe('what is said of wrong input', () => {
  it('should be nothing where all is right', async () => {
    expect(await faultsOf(RIGHT)).toBeUndefined();
  });

  it.each<[string, object, string, string]>([
    ['a number for a text', { name: 5 }, 'name', 'name must be a string'],
    ['a long text', { name: 'a long box' }, 'name', 'name must be shorter than or equal to 5 characters'],
    ['a text for a number', { size: 'x' }, 'size', 'size must be a number'],
    ['null for a number', { size: null }, 'size', 'size must be a number'],
    ['a large number', { size: 11 }, 'size', 'size must not be greater than 10'],
    ['a text for a list', { labels: 'ab' }, 'labels', 'labels must be an array'],
    ['a long list', { labels: ['a', 'b', 'c'] }, 'labels', 'labels must contain no more than 2 elements'],
    ['a number in a list of texts', { labels: [1] }, 'labels', 'each value in labels must be a string'],
    ['a text in a part', { parts: [{ weight: '1' }] }, 'parts.0.weight', 'weight must be in grams'],
    ['what nobody knows', { colour: 'red' }, 'colour', 'colour is not a known field'],
  ])(
    'should be first that its type is wrong, then what is wrong with its value: %s',
    async (_what, wrong, field, message) => {
      expect(await faultsOf({ ...RIGHT, ...wrong })).toEqual([{ field, message }]);
    },
  );
});
