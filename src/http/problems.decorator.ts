import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import { type ProblemCode } from './problem.js';

export const PROBLEM_CODES = 'mindflow:problems';

/** The codes that this operation answers with beside those that every operation has; the OpenAPI document lists them. */
export function Problems(...codes: ProblemCode[]): CustomDecorator {
  return SetMetadata(PROBLEM_CODES, codes);
}
