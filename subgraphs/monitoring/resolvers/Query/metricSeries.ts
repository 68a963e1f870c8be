import { FanfareError } from '#platform/errors.ts';
import { readSeriesPoints } from '../../data/series.ts';
import { readSeriesName } from '../../data/series-name.ts';
import { gridProblem } from '../../domain/points.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

/** A family, or those of its series that have the given labels, over time: counters as rates per second, gauges as they are. */
export const metricSeries: QueryResolvers['metricSeries'] = async (_, { input }, { database, moment }) => {
  const wanted = readSeriesName(input.name);
  if (typeof wanted === 'string') throw new FanfareError('BAD_USER_INPUT', `name: ${wanted}.`);
  const grid = { fromMs: input.from.getTime(), toMs: input.to.getTime(), stepMs: input.stepSeconds * 1_000, holdMs: moment.silentMs };
  const problem = gridProblem(grid);
  if (problem !== null) throw new FanfareError('BAD_USER_INPUT', `${problem}.`);
  const series = await readSeriesPoints(database, wanted, grid);
  return series.map(({ name, unit, points }) => ({ name, unit, points: points.map(({ atMs, value }) => ({ at: new Date(atMs), value })) }));
};
