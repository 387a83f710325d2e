import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A counter of `rate-limiter-flexible`, shared between instances. */
@Entity('rate_limits')
export class RateLimitCounter {
  @PrimaryColumn('varchar', { length: 255, primaryKeyConstraintName: 'rate_limits_pkey' })
  key!: string;

  @Column('integer', { default: 0 })
  points!: number;

  /** When its window ends, in milliseconds since 1970. */
  @Column('bigint', { nullable: true })
  expire!: string | null;
}
