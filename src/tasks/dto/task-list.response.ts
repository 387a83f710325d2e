import { ApiProperty } from '#openapi';
import { TaskPageResponse } from './task-page.response.js';
import { TaskResponse } from './task.response.js';

class ListedTaskResponse extends TaskResponse {
  @ApiProperty({
    type: Number,
    required: false,
    nullable: true,
    example: 78.4,
    description:
      'Only under `sort=score` and `sort=-score`; null for what cannot be done now, which comes last.',
  })
  score?: number | null;
}

export class TaskListResponse extends TaskPageResponse {
  @ApiProperty({ type: [ListedTaskResponse] })
  override items!: ListedTaskResponse[];
}
