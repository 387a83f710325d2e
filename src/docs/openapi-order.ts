import { type OpenAPIObject } from '@nestjs/swagger';

/** The same document, with everything by name whose order means nothing, so that it changes only when the API does. */
export function inOrder(document: OpenAPIObject): OpenAPIObject {
  const { openapi, info, servers, tags, paths, components = {} } = document;
  const componentsInOrder = Object.entries(byName(components)).map(([kind, entries]) => [
    kind,
    byName(entries as object),
  ]);
  return {
    openapi,
    info,
    ...(servers && { servers }),
    ...(tags && { tags }),
    paths: byName(paths),
    components: Object.fromEntries(componentsInOrder) as typeof components,
  };
}

function byName<T extends object>(entries: T): T {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1))) as T;
}
