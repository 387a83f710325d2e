import { Check, Column, Entity, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { User } from '../users/user.entity.js';

@Entity('user_preferences')
@Check('user_preferences_weight_urgency_check', 'weight_urgency BETWEEN 0 AND 100')
@Check('user_preferences_weight_priority_check', 'weight_priority BETWEEN 0 AND 100')
@Check('user_preferences_weight_impact_check', 'weight_impact BETWEEN 0 AND 100')
@Check('user_preferences_weight_effort_check', 'weight_effort BETWEEN 0 AND 100')
@Check(
  'user_preferences_weights_check',
  'weight_urgency + weight_priority + weight_impact + weight_effort = 100',
)
@Check('user_preferences_timezone_check', 'timezone_is_known(timezone)')
@Check('user_preferences_work_days_check', 'work_days_are_valid(work_days)')
@Check('user_preferences_work_time_check', 'work_start_time <> work_end_time')
export class UserPreferences {
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'user_preferences_pkey' })
  userId!: string;

  @OneToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'user_preferences_user_id_fkey' })
  user?: User;

  @Column('smallint', { name: 'weight_urgency', default: 40 })
  weightUrgency!: number;

  @Column('smallint', { name: 'weight_priority', default: 35 })
  weightPriority!: number;

  @Column('smallint', { name: 'weight_impact', default: 15 })
  weightImpact!: number;

  @Column('smallint', { name: 'weight_effort', default: 10 })
  weightEffort!: number;

  /** An IANA name that PostgreSQL knows as well. */
  @Column('varchar', { length: 64, default: 'UTC' })
  timezone!: string;

  @Column('time', { name: 'work_start_time', precision: 0, default: '09:00:00' })
  workStartTime!: string;

  /** Before the start: a night shift that ends on the next day. */
  @Column('time', { name: 'work_end_time', precision: 0, default: '17:00:00' })
  workEndTime!: string;

  /** ISO weekdays, 1 is Monday. */
  @Column({ type: 'smallint', name: 'work_days', array: true, default: '{1,2,3,4,5}' })
  workDays!: number[];

  @Column('boolean', { name: 'enable_habit_learning', default: true })
  enableHabitLearning!: boolean;

  /** Nothing completed before this moment counts as a habit. */
  @Column('timestamp with time zone', { name: 'habits_forgotten_at', precision: 3, nullable: true })
  habitsForgottenAt!: Date | null;

  @Column('timestamp with time zone', { name: 'created_at', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamp with time zone', { name: 'updated_at', precision: 3, default: () => 'now()' })
  updatedAt!: Date;
}
