import pg from 'pg';
import { Query, type Wire } from './query.js';

/**
 * Statements that PostgreSQL answers together, behind the last of them, instead of one by one: for both sides an answer
 * costs about as much as such a statement. After one that is refused it runs none of the others.
 */
export class Piece {
  private last: PartialQuery | null = null;
  private wire: Wire | null = null;

  /** Notes that a statement was sent. */
  add(part: PartialQuery, wire: Wire): void {
    this.last = part;
    this.wire = wire;
  }

  /** Asks for the answers. */
  end(): void {
    this.wire?.sync();
  }

  isEndedBy(part: PartialQuery): boolean {
    return part === this.last;
  }
}

/**
 * A statement in a piece. `pg` waits for PostgreSQL to be ready again after each query; within a piece that only comes
 * after the last, so each of the others passes on to the next by itself, with its refusal if it was refused.
 */
export class PartialQuery extends Query {
  private isBeingSent = false;

  constructor(
    private readonly piece: Piece,
    ...query: ConstructorParameters<typeof Query>
  ) {
    super(...query);
  }

  /** Also without parameters: the simple protocol answers each statement. */
  requiresPreparation(): boolean {
    return true;
  }

  override prepare(wire: Wire): void {
    this.isBeingSent = true;
    super.prepare(wire);
    this.isBeingSent = false;
  }

  override _getRows(wire: Wire): void {
    wire.execute({ portal: '' });
    this.piece.add(this, wire);
  }

  override handleCommandComplete(message: unknown, wire: Wire): void {
    super.handleCommandComplete(message, wire);
    if (!this.piece.isEndedBy(this)) goOn(wire);
  }

  override handleEmptyQuery(wire: Wire): void {
    super.handleEmptyQuery(wire);
    if (!this.piece.isEndedBy(this)) goOn(wire);
  }

  override handleError(error: Error, wire: Wire): void {
    const isFromServer = error instanceof pg.DatabaseError;
    // All is stored by then: a server that is told to stop obeys between COMMIT and the end of the piece.
    if (isFromServer && this._result.command === 'COMMIT') {
      this.handleReadyForQuery(wire);
      wire.emit('error', error);
      return;
    }
    super.handleError(error, wire);
    // A value that cannot be sent: without this statement nothing of the piece may be committed.
    if (this.isBeingSent) wire.stream.destroy();
    if (!isFromServer || this.piece.isEndedBy(this)) return;
    goOn(wire);
    wire.emit('errorMessage', error);
  }
}

function goOn(wire: Wire): void {
  wire.emit('readyForQuery', { status: 'T' });
}
