import { type Connection } from './connection.js';
import { spoilsConnection, translate } from './database-errors.js';

/** So many share a loan before the next ones ask for another, so that the pool sees its connection again. */
const MAX_PER_LOAN = 100;

/** Whoever comes later than that does not share what its borrower has waited for, nor the haste that comes of it. */
const JOIN_WITHIN_MS = 5;

interface Loan {
  connection: Promise<Connection>;
  openedMs: number;
  /** Whether the connection came at once. */
  isPrompt: boolean;
  begun: number;
  underWay: number;
  isSpoilt: boolean;
}

/**
 * Reads by a key, of one kind, that are over in no time. All that are under way at the same time share a connection, and
 * what they ask for in one turn of the event loop is sent in one piece: sending costs more than such a read itself, on
 * both sides.
 */
export class Lookups {
  private loan: Loan | null = null;

  constructor(private readonly connect: () => Promise<Connection>) {}

  /** @throws what `connect` throws, and what `translate` makes of the failure of the statement */
  async run<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    const loan = this.join();
    try {
      const connection = await loan.connection;
      connection.gatherWrites();
      const { rows } = await connection.runAlone<Row>(text, values);
      return rows;
    } catch (cause) {
      const error = translate(cause);
      if (spoilsConnection(error)) {
        loan.isSpoilt = true;
        if (this.loan === loan) this.loan = null;
      }
      throw error;
    } finally {
      this.leave(loan);
    }
  }

  private join(): Loan {
    const loan = this.loan && isOpen(this.loan) ? this.loan : this.borrow();
    loan.begun++;
    loan.underWay++;
    return loan;
  }

  private borrow(): Loan {
    const loan: Loan = {
      connection: this.connect(),
      openedMs: performance.now(),
      isPrompt: false,
      begun: 0,
      underWay: 0,
      isSpoilt: false,
    };
    loan.connection.then(
      () => {
        loan.isPrompt = isRecent(loan);
      },
      () => undefined,
    );
    this.loan = loan;
    return loan;
  }

  private leave(loan: Loan): void {
    if (--loan.underWay > 0) return;
    if (this.loan === loan) this.loan = null;
    loan.connection.then(
      (connection) => {
        connection.release(loan.isSpoilt);
      },
      () => undefined,
    );
  }
}

function isOpen(loan: Loan): boolean {
  return loan.begun < MAX_PER_LOAN && (loan.isPrompt || isRecent(loan));
}

function isRecent({ openedMs }: Loan): boolean {
  return performance.now() - openedMs < JOIN_WITHIN_MS;
}
