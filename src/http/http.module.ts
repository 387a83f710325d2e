import { type DynamicModule, Global, Module, type OnModuleInit } from '@nestjs/common';
import { APP_FILTER, APP_PIPE, DiscoveryModule, HttpAdapterHost } from '@nestjs/core';
import { type FastifyAdapter } from '@nestjs/platform-fastify';
import { type Logger as Pino } from 'pino';
import { Cursors } from './cursors.js';
import { EarlyRefusals } from './early-refusals.js';
import { ExportParts } from './export-parts.js';
import { Lifecycle } from './lifecycle.js';
import { ACCESS_LOG, accessLog } from './logger.js';
import { Metrics } from './metrics.js';
import { Operations } from './operations.js';
import { ProblemFilter } from './problem.filter.js';
import { Recorder } from './recorder.js';
import { Reporter } from './reporter.js';
import { SECURITY_HEADERS, securityHeaders } from './security-headers.js';
import { DtoPipe } from './validation.js';

/** What every controller shares: errors, validation, cursors, the request's context and its record. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    Cursors,
    EarlyRefusals,
    ExportParts,
    Lifecycle,
    Metrics,
    Operations,
    Recorder,
    Reporter,
    { provide: SECURITY_HEADERS, useFactory: securityHeaders },
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useClass: DtoPipe },
  ],
  exports: [Cursors, ExportParts, Lifecycle, Metrics, Operations, Recorder],
})
export class HttpModule implements OnModuleInit {
  /** @param log where a line for each request goes */
  static logTo(log: Pino): DynamicModule {
    return { module: HttpModule, providers: [{ provide: ACCESS_LOG, useValue: accessLog(log) }] };
  }

  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly lifecycle: Lifecycle,
  ) {}

  onModuleInit(): void {
    this.lifecycle.attachTo(this.host.httpAdapter.getInstance());
  }
}
