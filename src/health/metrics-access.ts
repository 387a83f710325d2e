import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIPv6 } from 'node:net';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { ProblemError } from '../http/problem.js';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Lets in processes of the same host, by the address of the connection itself and never by a header, and from anywhere
 * who sends `METRICS_TOKEN`. To all others the route does not exist.
 */
@Injectable()
export class MetricsAccess implements CanActivate {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  canActivate(execution: ExecutionContext): boolean {
    const { socket, headers } = execution.switchToHttp().getRequest<FastifyRequest>();
    if (isLoopback(socket.remoteAddress) || this.isToken(headers.authorization)) return true;
    throw new ProblemError('route_not_found', 'There is nothing here.');
  }

  private isToken(authorization: string | undefined): boolean {
    const { METRICS_TOKEN } = this.settings;
    const sent = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (METRICS_TOKEN === undefined || sent === undefined) return false;
    return timingSafeEqual(digest(sent), digest(METRICS_TOKEN));
  }
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
