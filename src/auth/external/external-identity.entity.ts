import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../../users/user.entity.js';

/** Who somebody is at an identity provider: its `iss` and `sub`, never their e-mail address. */
@Entity('external_identities')
@Check('external_identities_subject_check', `subject <> ''`)
@Index('external_identities_user_idx', ['userId'])
export class ExternalIdentity {
  @PrimaryColumn('varchar', {
    length: 255,
    primaryKeyConstraintName: 'external_identities_pkey',
  })
  issuer!: string;

  @PrimaryColumn('varchar', {
    length: 255,
    primaryKeyConstraintName: 'external_identities_pkey',
  })
  subject!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'external_identities_user_id_fkey' })
  user?: User;

  @Column('timestamp with time zone', { name: 'created_at', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}
