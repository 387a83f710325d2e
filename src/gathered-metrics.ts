import { randomUUID } from 'node:crypto';
import cluster, { type Worker } from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';
import { AggregatorRegistry, type Registry } from 'prom-client';

/** How long to wait for a worker that is busy, or only just starting. */
const GATHER_WITHIN_MS = 1000;

type Figures = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** A worker wants the figures of all; so many others are asked; each gives its own to the one that asked. */
type Message =
  | { metrics: 'wanted'; id: string }
  | { metrics: 'expected'; id: string; others: number }
  | { metrics: 'asked'; id: string; by: number }
  | { metrics: 'given'; id: string; by: number; figures: Figures };

function isOfMetrics(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'metrics' in message;
}

function send(to: Worker | undefined, message: Message): void {
  // One that is on its way out cannot be told anything, and nobody waits for it.
  if (to?.isConnected()) to.send(message, () => undefined);
}

/** In the primary process: passes questions and answers between the workers. */
export function relayMetrics(): void {
  cluster.on('message', (worker: Worker, message: unknown) => {
    if (!isOfMetrics(message)) return;
    if (message.metrics === 'wanted') {
      const { id } = message;
      const others = Object.values(cluster.workers ?? {}).filter((other) => other !== worker);
      send(worker, { metrics: 'expected', id, others: others.length });
      for (const other of others) send(other, { metrics: 'asked', id, by: worker.id });
    } else if (message.metrics === 'given') send(cluster.workers?.[message.by], message);
  });
}

/** In a worker: what all workers have counted. */
export class GatheredMetrics {
  private readonly gatherings = new Map<string, Gathering>();

  constructor(
    private readonly registry: Registry,
    private readonly self: Worker,
  ) {
    process.on('message', (message: unknown) => {
      if (!isOfMetrics(message)) return;
      const gathering = this.gatherings.get(message.id);
      if (message.metrics === 'expected') gathering?.expect(message.others);
      if (message.metrics === 'given') gathering?.add(message.figures);
      if (message.metrics === 'asked') void this.give(message.id, message.by);
    });
  }

  /** The figures of those that answer within a second, and its own, in the text format of Prometheus. */
  async text(): Promise<string> {
    const id = randomUUID();
    const gathering = new Gathering(await this.registry.getMetricsAsJSON());
    this.gatherings.set(id, gathering);
    send(this.self, { metrics: 'wanted', id });
    await Promise.race([gathering.complete, delay(GATHER_WITHIN_MS)]);
    this.gatherings.delete(id);
    return AggregatorRegistry.aggregate(gathering.figures).metrics();
  }

  private async give(id: string, by: number): Promise<void> {
    send(this.self, { metrics: 'given', id, by, figures: await this.registry.getMetricsAsJSON() });
  }
}

class Gathering {
  readonly complete: Promise<void>;
  readonly figures: Figures[];
  private expected = Infinity;
  private settle: () => void = () => undefined;

  constructor(own: Figures) {
    this.figures = [own];
    this.complete = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  expect(others: number): void {
    this.expected = others + 1;
    this.settleIfComplete();
  }

  add(figures: Figures): void {
    this.figures.push(figures);
    this.settleIfComplete();
  }

  private settleIfComplete(): void {
    if (this.figures.length >= this.expected) this.settle();
  }
}
