import { type LoadPlan } from './measure.js';
import { type ServerProcess } from './server-process.js';
import { type Contestant, type Session } from './session.js';
import { type Workload } from './workloads.js';

/** One workload on one server. */
export interface Slot {
  key: string;
  server: ServerProcess;
  /** Requests unlike those of every plan before. */
  plan: (seconds: number) => LoadPlan;
}

let run = 0;

/** Every workload on every server, in an order that turns from round to round. */
export function slots(session: Session, workloads: Workload[], round: number): Slot[] {
  return workloads.flatMap((workload) => {
    const taking = session.contestants.filter(({ name }) => workload.servers.includes(name));
    return turned(taking, round).map((contestant) => slot(session, workload, contestant));
  });
}

/** The items in an order that turns from round to round, so that none always comes first. */
export function turned<T>(items: T[], round: number): T[] {
  const turn = round % Math.max(1, items.length);
  return [...items.slice(turn), ...items.slice(0, turn)];
}

function slot({ data }: Session, workload: Workload, contestant: Contestant): Slot {
  const { name, server, deepPage } = contestant;
  return {
    key: `${workload.name} ${name}`,
    server,
    plan: (seconds) => ({
      requests: workload.requests({ data, deepPage, run: ++run }),
      connections: workload.connections,
      seconds,
    }),
  };
}
