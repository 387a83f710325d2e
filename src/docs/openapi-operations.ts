import { type OpenAPIObject, type OperationObject } from '@nestjs/swagger';

/** What a reference to a schema begins with. */
export const SCHEMA_PREFIX = '#/components/schemas/';

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;

export type DescribedOperation = OperationObject & { operationId: string };

/** Every operation of the document, to be read or changed. */
export function operationsOf(document: OpenAPIObject): DescribedOperation[] {
  return Object.values(document.paths).flatMap((path) =>
    METHODS.map((method) => path[method]).filter((operation) => operation !== undefined),
  ) as DescribedOperation[];
}
