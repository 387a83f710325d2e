import { Injectable } from '@nestjs/common';

/** Who asks for their data, and since when: what comes later belongs to the next export. */
export interface ExportRequest {
  userId: string;
  arrivedAt: Date;
}

/**
 * What a module keeps of a user, as one JSON value in pieces. A piece is read when it is asked for, so that nothing is
 * read ahead of a slow client.
 */
export type ExportPart = (request: ExportRequest) => AsyncIterable<string>;

/** Rows that one statement reads; with the longest texts there are, they take some 10 MB. */
const PAGE_ROWS = 1000;

/** Where every module registers what belongs into the export of a user's data. */
@Injectable()
export class ExportParts {
  private readonly parts = new Map<string, ExportPart>();

  /** @param name the member of the exported document */
  add(name: string, part: ExportPart): void {
    if (this.parts.has(name)) throw new Error(`${name} is exported already`);
    this.parts.set(name, part);
  }

  all(): [name: string, part: ExportPart][] {
    return [...this.parts];
  }
}

/** A part that is small enough to be read at once. */
export function exportedValue(read: (request: ExportRequest) => Promise<object>): ExportPart {
  return async function* value(request) {
    yield JSON.stringify(await read(request));
  };
}

/**
 * A part that is a list, read in pages of up to 1,000 rows.
 *
 * @param readPage the next rows after the last one of the page before, in an order that has no ties
 */
export function exportedList<Row extends { json: string }>(
  readPage: (request: ExportRequest, after: Row | null, limit: number) => Promise<Row[]>,
): ExportPart {
  return async function* list(request) {
    let last: Row | null = null;
    let rows: Row[];
    yield '[';
    do {
      rows = await readPage(request, last, PAGE_ROWS);
      if (rows.length > 0) yield (last ? ',' : '') + rows.map(({ json }) => json).join(',');
      last = rows.at(-1) ?? null;
    } while (rows.length === PAGE_ROWS);
    yield ']';
  };
}
