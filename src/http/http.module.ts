import { Global, Module, type OnModuleInit } from '@nestjs/common';
import {
  APP_FILTER,
  APP_INTERCEPTOR,
  APP_PIPE,
  DiscoveryModule,
  HttpAdapterHost,
} from '@nestjs/core';
import { type FastifyAdapter } from '@nestjs/platform-fastify';
import { Cursors } from './cursors.js';
import { EarlyRefusals } from './early-refusals.js';
import { ExportParts } from './export-parts.js';
import { Lifecycle } from './lifecycle.js';
import { Metrics } from './metrics.js';
import { Operations } from './operations.js';
import { ProblemFilter } from './problem.filter.js';
import { Recorder } from './recorder.js';
import { SECURITY_HEADERS, securityHeaders } from './security-headers.js';
import { UndeclaredInputInterceptor } from './undeclared-input.interceptor.js';
import { validationPipe } from './validation.js';

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
    { provide: SECURITY_HEADERS, useFactory: securityHeaders },
    { provide: APP_INTERCEPTOR, useClass: UndeclaredInputInterceptor },
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useFactory: validationPipe },
  ],
  exports: [Cursors, ExportParts, Lifecycle, Metrics, Operations, Recorder],
})
export class HttpModule implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly lifecycle: Lifecycle,
  ) {}

  onModuleInit(): void {
    this.lifecycle.attachTo(this.host.httpAdapter.getInstance());
  }
}
