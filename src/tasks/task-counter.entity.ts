import { Check, Column, Entity, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { User } from '../users/user.entity.js';

/** The last task number a user was given; it only grows, so no number is given twice. */
@Entity('task_counters')
@Check('task_counters_last_number_check', 'last_number >= 1')
export class TaskCounter {
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'task_counters_pkey' })
  userId!: string;

  @OneToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'task_counters_user_id_fkey' })
  user?: User;

  @Column('integer', { name: 'last_number' })
  lastNumber!: number;
}
