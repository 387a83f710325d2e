import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { type ScopeName } from '../../http/scope.decorator.js';
import { User } from '../../users/user.entity.js';

/** What a script signs in with. Only the hash of the key is kept. */
@Entity('api_keys')
@Unique('api_keys_key_hash_key', ['userId', 'keyHash'])
@Check('api_keys_name_check', `name <> '' AND name = btrim(name)`)
@Check('api_keys_key_hash_check', 'octet_length(key_hash) = 32')
@Check('api_keys_scopes_check', 'scopes_are_valid(scopes)')
export class ApiKey {
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'api_keys_pkey' })
  userId!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'api_keys_pkey' })
  id!: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'api_keys_user_id_fkey' })
  user?: User;

  @Column('varchar', { length: 100 })
  name!: string;

  /** SHA-256 of the whole key: 256 random bits need no slow hash. */
  @Column('bytea', { name: 'key_hash' })
  keyHash!: Buffer;

  @Column('text', { array: true })
  scopes!: ScopeName[];

  @Column('timestamp with time zone', { name: 'created_at', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamp with time zone', { name: 'expires_at', precision: 3, nullable: true })
  expiresAt!: Date | null;

  @Column('timestamp with time zone', { name: 'last_used_at', precision: 3, nullable: true })
  lastUsedAt!: Date | null;
}
