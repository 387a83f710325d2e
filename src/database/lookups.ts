import { type Connection } from './connection.js';
import { type Connections } from './connections.js';
import { spoilsConnection, translate } from './database-errors.js';

/** So many share a loan before the next ones ask for another, so that the pool sees its connection again. */
const MAX_PER_LOAN = 100;

/** Whoever comes later than that does not share what its borrower has waited for, nor the haste that comes of it. */
const JOIN_WITHIN_MS = 5;

interface Loan {
  text: string;
  connection: Promise<Connection>;
  openedMs: number;
  /** Whether the connection came at once. */
  isPrompt: boolean;
  begun: number;
  underWay: number;
  isSpoilt: boolean;
}

/**
 * Reads by a key, which are over in no time. Those of the same text that are under way at the same time share a
 * connection, and what they ask for in one turn of the event loop is written at once: writing costs more than such a
 * read itself, on both sides.
 */
export class Lookups {
  /** The last of each text. */
  private readonly loans = new Map<string, Loan>();

  constructor(private readonly connections: Connections) {}

  /**
   * @param atOnce how many of the same text share a connection at the same time
   * @throws as `Database.query`
   */
  async run<Row extends object>(
    text: string,
    values: unknown[],
    atOnce = MAX_PER_LOAN,
  ): Promise<Row[]> {
    const loan = this.join(text, atOnce);
    try {
      const connection = await loan.connection;
      connection.gatherWrites();
      const { rows } = await connection.runAlone<Row>(text, values);
      return rows;
    } catch (cause) {
      const error = translate(cause);
      if (spoilsConnection(error)) {
        loan.isSpoilt = true;
        this.close(loan);
      }
      throw error;
    } finally {
      this.leave(loan);
    }
  }

  private join(text: string, atOnce: number): Loan {
    const current = this.loans.get(text);
    const loan = current && isOpen(current, atOnce) ? current : this.borrow(text);
    loan.begun++;
    loan.underWay++;
    return loan;
  }

  private borrow(text: string): Loan {
    const loan: Loan = {
      text,
      connection: this.connections.borrow(),
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
    this.loans.set(text, loan);
    return loan;
  }

  private leave(loan: Loan): void {
    if (--loan.underWay > 0) return;
    this.close(loan);
    loan.connection.then(
      (connection) => {
        connection.release(loan.isSpoilt);
      },
      () => undefined,
    );
  }

  /** Lets nobody else join. */
  private close(loan: Loan): void {
    if (this.loans.get(loan.text) === loan) this.loans.delete(loan.text);
  }
}

function isOpen(loan: Loan, atOnce: number): boolean {
  const hasRoom = loan.begun < MAX_PER_LOAN && loan.underWay < atOnce;
  return hasRoom && (loan.isPrompt || isRecent(loan));
}

function isRecent({ openedMs }: Loan): boolean {
  return performance.now() - openedMs < JOIN_WITHIN_MS;
}
