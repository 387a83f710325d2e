import { type TransformFnParams, TransformationType } from 'class-transformer';
import { defaultMetadataStorage as transforms } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, type ValidatorConstraintInterface } from 'class-validator';

type Dto = new () => object;
type Rules = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>;

/** Makes an instance of a DTO of what a client sent; null when some rule does not hold, whichever it is. */
export type DtoReader = (input: object) => object | null;

interface Field {
  transforms: ((params: TransformFnParams) => unknown)[];
  /** Unless all hold, the value is not judged. */
  conditions: ((object: object, value: unknown) => boolean)[];
  checks: Check[];
}

interface Check {
  constraint: ValidatorConstraintInterface;
  constraints: unknown[];
  isEach: boolean;
}

/**
 * The decorators of a DTO, looked up once: class-validator and class-transformer look for them at every request, which
 * takes some fifty times as long as the rules themselves. Reads flat DTOs whose rules are all of the ordinary kind.
 *
 * @returns null for a class without rules, or with one that is left to the libraries
 */
export function dtoReader(dto: Dto): DtoReader | null {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  const chosen = [...transforms.getExposedMetadatas(dto), ...transforms.getExcludedMetadatas(dto)];
  if (rules.length === 0 || !rules.every(isOrdinary) || chosen.length > 0) return null;
  const names = new Set(rules.map(({ propertyName }) => propertyName));
  const fields = new Map([...names].map((name) => [name, fieldOf(dto, name, rules)]));
  if ([...names].some((name) => isTyped(dto, name))) return null;
  return (input) => {
    if (Array.isArray(input)) return null;
    const object = instanceOf(dto, fields, input);
    return object !== null && isValid(object, fields) ? object : null;
  };
}

function isTyped(dto: Dto, name: string): boolean {
  return (transforms.findTypeMetadata(dto, name) as object | undefined) !== undefined;
}

function isOrdinary(rule: Rules[number]): boolean {
  const { type, validateIf } = rule;
  const isKnown = type === 'customValidation' || type === 'conditionalValidation';
  return isKnown && isEmpty(rule.groups) && validateIf === undefined;
}

/** Rules that stand for themselves have no groups at all, whatever their type says. */
function isEmpty(groups: string[] | undefined): boolean {
  return groups === undefined || groups.length === 0;
}

function fieldOf(dto: Dto, name: string, rules: Rules): Field {
  const own = rules.filter(({ propertyName }) => propertyName === name);
  return {
    transforms: transforms
      .findTransformMetadatas(dto, name, TransformationType.PLAIN_TO_CLASS)
      .map(({ transformFn }) => transformFn),
    conditions: own
      .filter(({ type }) => type === 'conditionalValidation')
      .map(({ constraints }) => constraints[0] as Field['conditions'][number]),
    checks: own
      .filter(({ type }) => type === 'customValidation')
      .flatMap(({ constraintCls, constraints, each }) =>
        getMetadataStorage()
          .getTargetValidatorConstraints(constraintCls)
          .map(({ instance }) => ({ constraint: instance, constraints, isEach: each })),
      ),
  };
}

function instanceOf(dto: Dto, fields: Map<string, Field>, input: object): object | null {
  const object = new dto() as Record<string, unknown>;
  const given = input as Record<string, unknown>;
  for (const name of Object.keys(given)) {
    const field = fields.get(name);
    if (!field || !isFlat(given[name])) return null;
    let value = given[name];
    for (const transform of field.transforms) {
      const type = TransformationType.PLAIN_TO_CLASS;
      value = transform({ value, key: name, obj: given, type, options: {} });
    }
    object[name] = value;
  }
  return object;
}

/** What is nested would have to be copied all the way down. */
function isFlat(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item !== 'object');
  return typeof value !== 'object' || value === null;
}

function isValid(object: object, fields: Map<string, Field>): boolean {
  for (const [name, { conditions, checks }] of fields) {
    const value = (object as Record<string, unknown>)[name];
    if (!conditions.every((holds) => holds(object, value))) continue;
    for (const check of checks) if (!passes(check, object, name, value)) return false;
  }
  return true;
}

/** A rule that takes its time to answer has not held yet: that is for the library as well. */
function passes(check: Check, object: object, property: string, value: unknown): boolean {
  const { constraint, constraints, isEach } = check;
  const targetName = object.constructor.name;
  const judge = (judged: unknown) =>
    constraint.validate(judged, { targetName, property, object, value, constraints }) === true;
  return isEach && Array.isArray(value) ? value.every(judge) : judge(value);
}
