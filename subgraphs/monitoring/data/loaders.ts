import DataLoader from 'dataloader';
import type { Moment, ServiceState } from '../domain/health.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { type AlertRow, findAlerts } from './alerts.ts';
import { listServices } from './services.ts';

/** One set per request: what was loaded once stays as it was until the answer is complete. */
export interface Loaders {
  /** By id; null where there is none. */
  readonly alert: DataLoader<string, AlertRow | null>;
  /** By id (the service's name); null where there is none. */
  readonly service: DataLoader<string, ServiceState | null>;
  /** All of them, ascending by name. Read once per request. */
  readonly services: () => Promise<readonly ServiceState[]>;
}

export function createLoaders(db: PrismaClient, moment: Moment): Loaders {
  let all: Promise<readonly ServiceState[]> | null = null;
  const services = (): Promise<readonly ServiceState[]> => {
    all ??= listServices(db, moment);
    return all;
  };
  return {
    alert: new DataLoader((ids) => findAlerts(db, ids)),
    service: new DataLoader(async (ids) => {
      const byId = new Map((await services()).map((service) => [service.id, service]));
      return ids.map((id) => byId.get(id) ?? null);
    }),
    services,
  };
}
