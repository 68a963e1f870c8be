import { setImmediate as untilNextTurn } from 'node:timers/promises';
import { GraphQLError, specifiedRules, validate } from 'graphql';
import { needsOf } from '../authorise/needs.ts';
import { withoutMarks } from '../authorise/withheld.ts';
import type { Served } from '../supergraph/graph.ts';
import { operationRules, PRODUCT_LIMITS } from '../supergraph/rules.ts';
import { type CompiledSubscription, operationIn } from './compile.ts';
import type { Recompile } from './hub.ts';

/** Brings live subscriptions into a new generation, one after the other and each in a turn of its own, so that nothing else waits for all of them. One that no
 * longer validates is answered with the reason. One that others may read now than before is rejected: its client subscribes anew, and is authorised anew. */
export const createRecompile = ({ execution: { generation }, compile }: Served): Recompile => {
  const rules = [...specifiedRules, ...operationRules(PRODUCT_LIMITS)];
  const recompile = async (subscription: CompiledSubscription): Promise<CompiledSubscription | GraphQLError> => {
    const document = withoutMarks(subscription.source);
    const [invalid] = validate(generation.schema, document, rules, { maxErrors: 1 });
    if (invalid !== undefined) return invalid;
    const needs = needsOf(generation.planner.facts.guards, generation.schema, document);
    if (needs !== subscription.needs) throw new Error('who may read its fields has changed');
    try {
      const compiled = await compile(subscription.source, operationIn(subscription.source), subscription.conditions);
      if (compiled.subject === subscription.subject && compiled.audience === subscription.audience) return compiled;
    } catch (error) {
      if (error instanceof GraphQLError) return error;
      throw error;
    }
    throw new Error('whom it is for has changed');
  };
  let last: Promise<unknown> = Promise.resolve();
  return (subscription) => {
    const turn = last.then(() => untilNextTurn());
    const done = turn.then(() => recompile(subscription));
    // One that fails does not hold up the next; who asked for it hears of it.
    last = done.catch(() => undefined);
    return done;
  };
};
