import { Injectable, NotFoundException } from '@nestjs/common';
import { DataSource, In, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { CreateTaskDto } from '../../src/tasks/dto/create-task.dto.js';
import { UpdateTaskDto } from '../../src/tasks/dto/update-task.dto.js';
import { Task } from '../../src/tasks/task.entity.js';

const DAY_MS = 86_400_000;

@Injectable()
export class NaiveTasksService {
  private readonly tasks: Repository<Task>;

  constructor(dataSource: DataSource) {
    this.tasks = dataSource.getRepository(Task);
  }

  async create(userId: string, dto: CreateTaskDto): Promise<Task> {
    const id = uuidv7();
    await this.tasks.save(Object.assign(new Task(), dto, { userId, id }));
    // Its number and times are the database's.
    return this.get(userId, id);
  }

  async get(userId: string, id: string): Promise<Task> {
    const task = await this.tasks.findOneBy({ userId, id });
    if (!task) throw new NotFoundException();
    return task;
  }

  async update(userId: string, id: string, dto: UpdateTaskDto): Promise<Task> {
    const task = await this.get(userId, id);
    Object.assign(task, dto);
    task.version++;
    await this.tasks.save(task);
    return this.get(userId, id);
  }

  page(userId: string, { limit, offset }: { limit: number; offset: number }): Promise<Task[]> {
    return this.tasks.find({
      where: { userId },
      order: { createdAt: 'DESC', number: 'DESC' },
      take: limit,
      skip: offset,
    });
  }

  async best(userId: string): Promise<Task | null> {
    const open = await this.tasks.findBy({ userId, status: In(['pending', 'in_progress']) });
    const scored = open.map((task) => ({ task, score: score(task) }));
    return scored.sort((one, other) => other.score - one.score)[0]?.task ?? null;
  }
}

/** Simpler than what the service computes: calendar days, no working time, no habits. */
function score(task: Task): number {
  const days = task.dueDate ? (task.dueDate.getTime() - Date.now()) / DAY_MS : 30;
  const urgency = days <= 0 ? 1 : 1 / (1 + days / 3);
  const effort = 120 / (120 + (task.effortEstimateMinutes ?? 30));
  return 40 * urgency + 35 * ((task.priority - 1) / 4) + 15 * ((task.impact - 1) / 4) + 10 * effort;
}
