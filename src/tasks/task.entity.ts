import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  Unique,
} from 'typeorm';
import { User } from '../users/user.entity.js';

@Entity('tasks')
@Unique('tasks_number_key', ['userId', 'number'])
@Check('tasks_number_check', 'number >= 1')
@Check('tasks_title_check', `title <> '' AND title = btrim(title)`)
@Check('tasks_status_check', `status IN ('pending', 'in_progress', 'completed')`)
@Check('tasks_priority_check', 'priority BETWEEN 1 AND 5')
@Check('tasks_impact_check', 'impact BETWEEN 1 AND 5')
@Check('tasks_effort_estimate_minutes_check', 'effort_estimate_minutes BETWEEN 1 AND 480')
@Check('tasks_tags_check', 'tags_are_valid(tags)')
@Check('tasks_version_check', 'version >= 1')
@Check('tasks_completed_at_check', `(status = 'completed') = (completed_at IS NOT NULL)`)
@Index('tasks_status_idx', ['userId', 'status'])
@Index('tasks_due_date_idx', ['userId', 'dueDate', 'number'])
@Index('tasks_snoozed_until_idx', ['userId', 'snoozedUntil'], {
  where: 'snoozed_until IS NOT NULL',
})
@Index('tasks_created_at_idx', ['userId', 'createdAt', 'number'])
@Index('tasks_open_idx', ['userId', 'priority', 'impact', 'dueDate', 'createdAt'], {
  where: `status IN ('pending', 'in_progress')`,
})
@Index('tasks_completed_idx', ['userId', 'completedAt'], { where: `status = 'completed'` })
@Index('tasks_search_idx', { synchronize: false })
export class Task {
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'tasks_pkey' })
  userId!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'tasks_pkey' })
  id!: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'tasks_user_id_fkey' })
  user?: User;

  /** Short name of the task for its owner: from 1, without gaps, never reused. */
  @Column('integer')
  number!: number;

  @Column('varchar', { length: 256 })
  title!: string;

  @Column('varchar', { length: 2000, nullable: true })
  description!: string | null;

  @Column('varchar', { length: 20, default: 'pending' })
  status!: 'pending' | 'in_progress' | 'completed';

  /** 5 is the highest. */
  @Column('smallint', { default: 3 })
  priority!: number;

  @Column('smallint', { default: 3 })
  impact!: number;

  @Column('timestamp with time zone', { name: 'due_date', precision: 3, nullable: true })
  dueDate!: Date | null;

  @Column('timestamp with time zone', { name: 'snoozed_until', precision: 3, nullable: true })
  snoozedUntil!: Date | null;

  @Column('smallint', { name: 'effort_estimate_minutes', nullable: true })
  effortEstimateMinutes!: number | null;

  @Column('text', { array: true, default: '{}' })
  tags!: string[];

  @Column('integer', { default: 1 })
  version!: number;

  @Column('timestamp with time zone', { name: 'created_at', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamp with time zone', { name: 'updated_at', precision: 3, default: () => 'now()' })
  updatedAt!: Date;

  @Column('timestamp with time zone', { name: 'completed_at', precision: 3, nullable: true })
  completedAt!: Date | null;

  /** The request that changed it last, by the id of its row in `audit_logs`; null until then. */
  @Column('uuid', { name: 'last_request_id', nullable: true })
  lastRequestId!: string | null;
}
