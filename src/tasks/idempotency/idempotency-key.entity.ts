import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../../users/user.entity.js';

/** The answer to a request that was sent with a key, for the day in which it may be sent again. */
@Entity('idempotency_keys')
@Index('idempotency_keys_expires_at_idx', ['expiresAt'])
export class IdempotencyKey {
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'idempotency_keys_pkey' })
  userId!: string;

  @PrimaryColumn('varchar', { length: 100, primaryKeyConstraintName: 'idempotency_keys_pkey' })
  operation!: string;

  @PrimaryColumn('varchar', { length: 255, primaryKeyConstraintName: 'idempotency_keys_pkey' })
  key!: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'idempotency_keys_user_id_fkey' })
  user?: User;

  @Column('bytea')
  fingerprint!: Buffer;

  /** No foreign key: the answer outlives the task. */
  @Column('uuid', { name: 'task_id' })
  taskId!: string;

  @Column('integer', { name: 'task_version' })
  taskVersion!: number;

  /** The body as it was sent, byte for byte. */
  @Column('text')
  answer!: string;

  @Column('timestamp with time zone', {
    name: 'expires_at',
    precision: 3,
    default: () => `(now() + '24:00:00')`,
  })
  expiresAt!: Date;
}
