import { IntersectionType } from '@nestjs/swagger';
import { ClientRequestIdDto } from './client-request-id.dto.js';
import { ExpectedVersionDto } from './expected-version.dto.js';

/** What every action on a task may say; the whole body of one that needs nothing else. */
export class TaskActionDto extends IntersectionType(ExpectedVersionDto, ClientRequestIdDto) {}
