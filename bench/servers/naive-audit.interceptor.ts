import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { DataSource, type Repository } from 'typeorm';
import { from, mergeMap, type Observable } from 'rxjs';
import { v7 as uuidv7 } from 'uuid';
import { AuditLog } from '../../src/audit/audit-log.entity.js';

/** One row for each request, inserted before it is answered. */
@Injectable()
export class NaiveAuditInterceptor implements NestInterceptor {
  private readonly rows: Repository<AuditLog>;

  constructor(dataSource: DataSource) {
    this.rows = dataSource.getRepository(AuditLog);
  }

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = execution.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const startedMs = performance.now();
    const row = {
      timestamp: new Date(),
      id: uuidv7(),
      userId: (request.headers['x-user-id'] as string | undefined) ?? null,
      action: execution.getHandler().name,
      result: 'success' as const,
      method: request.method,
      route: request.routeOptions.url ?? null,
      client: request.ip,
    };
    return next.handle().pipe(
      mergeMap((answer: unknown) => {
        const statusCode = http.getResponse<FastifyReply>().statusCode;
        const requestDurationMs = performance.now() - startedMs;
        const stored = this.rows.insert({ ...row, statusCode, requestDurationMs });
        return from(stored.then(() => answer));
      }),
    );
  }
}
