import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An identity whose account was deleted within the last day, kept so that tokens from before do not bring it back. */
@Entity('ended_external_identities')
export class EndedExternalIdentity {
  /** SHA-256 of issuer and subject. */
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'ended_external_identities_pkey' })
  digest!: Buffer;

  @Column('timestamp with time zone', { name: 'ended_at', precision: 3, default: () => 'now()' })
  endedAt!: Date;
}
