/** Collects the values of a statement while its text is put together. */
export class SqlParameters {
  readonly values: unknown[] = [];

  /** The placeholder that stands for the value in the text. */
  of(value: unknown): string {
    return `$${String(this.values.push(value))}`;
  }
}
