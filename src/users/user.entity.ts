import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

export const PLANS = ['free', 'pro', 'enterprise'] as const;
export type Plan = (typeof PLANS)[number];

@Entity('users')
@Index('users_email_key', { synchronize: false })
@Check('users_email_check', `email LIKE '%_@_%' AND email = btrim(email)`)
@Check('users_plan_check', `plan IN ('free', 'pro', 'enterprise')`)
export class User {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'users_pkey' })
  id!: string;

  /** Unique without regard to case. */
  @Column('varchar', { length: 255 })
  email!: string;

  /** Null for an identity that signs in elsewhere. */
  @Column('varchar', { name: 'password_hash', length: 255, nullable: true })
  passwordHash!: string | null;

  @Column('varchar', { name: 'full_name', length: 255, default: '' })
  fullName!: string;

  @Column('varchar', { length: 20, default: 'free' })
  plan!: Plan;

  @Column('boolean', { name: 'is_active', default: true })
  isActive!: boolean;

  @Column('timestamp with time zone', { name: 'created_at', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamp with time zone', { name: 'updated_at', precision: 3, default: () => 'now()' })
  updatedAt!: Date;
}
