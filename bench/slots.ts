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
    const turn = round % Math.max(1, taking.length);
    const turned = [...taking.slice(turn), ...taking.slice(0, turn)];
    return turned.map((contestant) => slot(session, workload, contestant));
  });
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
