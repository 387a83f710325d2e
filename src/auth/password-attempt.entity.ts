import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../users/user.entity.js';

/** How one source has fared with the password of an account. */
@Entity('password_attempts')
@Check('password_attempts_failures_check', 'failures >= 0')
export class PasswordAttempt {
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'password_attempts_pkey' })
  userId!: string;

  /** `network 192.0.2.7`, `session <id>`, or `elsewhere`: every network that has not signed in lately. */
  @PrimaryColumn('varchar', { length: 64, primaryKeyConstraintName: 'password_attempts_pkey' })
  source!: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'password_attempts_user_id_fkey' })
  user?: User;

  /** Wrong passwords since the last right one. */
  @Column('integer', { default: 0 })
  failures!: number;

  @Column('timestamp with time zone', { name: 'failed_at', precision: 3, nullable: true })
  failedAt!: Date | null;

  @Column('timestamp with time zone', { name: 'succeeded_at', precision: 3, nullable: true })
  succeededAt!: Date | null;
}
