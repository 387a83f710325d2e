import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../users/user.entity.js';

/** One signed-in client. Its refresh token carries `generation`, which grows with every rotation. */
@Entity('sessions')
@Check('sessions_generation_check', 'generation >= 0')
export class Session {
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'sessions_pkey' })
  userId!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'sessions_pkey' })
  id!: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'sessions_user_id_fkey' })
  user?: User;

  @Column('integer', { default: 0 })
  generation!: number;

  @Column('timestamp with time zone', { name: 'rotated_at', precision: 3, default: () => 'now()' })
  rotatedAt!: Date;

  @Column('timestamp with time zone', { name: 'created_at', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamp with time zone', {
    name: 'last_used_at',
    precision: 3,
    default: () => 'now()',
  })
  lastUsedAt!: Date;

  @Column('timestamp with time zone', { name: 'expires_at', precision: 3 })
  expiresAt!: Date;

  @Column('timestamp with time zone', { name: 'revoked_at', precision: 3, nullable: true })
  revokedAt!: Date | null;

  @Column('varchar', { length: 250, nullable: true })
  client!: string | null;
}
