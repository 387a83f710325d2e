import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** A link of the chain that seals the record: the rows of one month out of one closed stretch of positions. */
@Entity('audit_seals')
@Check('audit_seals_sequence_check', 'sequence >= 1')
@Check('audit_seals_row_count_check', 'row_count >= 1')
@Check('audit_seals_stretch_check', 'from_position < to_position')
export class AuditSeal {
  /** From 1 without gaps. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'audit_seals_pkey' })
  sequence!: number;

  /** The first position of the stretch. */
  @Column('bigint', { name: 'from_position' })
  fromPosition!: string;

  /** The first position after the stretch. */
  @Column('bigint', { name: 'to_position' })
  toPosition!: string;

  /** The first day of the rows' month, in UTC: rows expire by month. */
  @Column('date')
  month!: string;

  @Column('integer', { name: 'row_count' })
  rowCount!: number;

  @Column('bytea', { name: 'rows_digest' })
  rowsDigest!: Buffer;

  /** The digest of the seal before, all zeros before the first. */
  @Column('bytea')
  previous!: Buffer;

  /** Keyed, over all of the above. */
  @Column('bytea')
  digest!: Buffer;

  @Column('timestamp with time zone', { name: 'sealed_at', precision: 3, default: () => 'now()' })
  sealedAt!: Date;
}
