import { ApiProperty } from '#openapi';
import { TaskResponse } from './task.response.js';

export class TaskPageResponse {
  @ApiProperty({ type: [TaskResponse] })
  items!: TaskResponse[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'q83vEjRWeJCrze8SNFZ4kFsiMjAzMC0wMS0xNVQwOTozMDowMFoiLDQyXQ',
    description:
      'Send it as `cursor`, with the same filters and sort, for the next page; null on the last.',
  })
  nextCursor!: string | null;
}
