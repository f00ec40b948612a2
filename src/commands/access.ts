import { connect, reachFailure } from '../cluster/connect.ts';
import { makePlan } from '../cluster/planning.ts';
import type { Ending } from '../exit.ts';
import { accessJson, accessText } from '../output/access.ts';
import { clientOptions } from './client-options.ts';
import type { Context } from './context.ts';
import { printDocument } from './print-document.ts';

/**
 * Prints what these credentials may back up: the plan of a backup with the same
 * options, and what a role would have to add. Ends `incomplete` where an API
 * group is broken, as a backup would.
 */
export async function access(context: Context): Promise<Ending> {
  const { config, environment, log, print, signal } = context;
  const { client, server, identity } = await connect(
    config.kubeconfig,
    config.context,
    environment,
    clientOptions(context, signal),
  );
  try {
    const { plan, warnings } = await makePlan(client, config.scope);
    for (const warning of warnings) log.warn(warning);
    const facts = { server: client.credentials.server.origin, version: server.version, identity, plan };
    if (config.output === 'text') print(accessText(facts));
    else printDocument(context, accessJson(facts));
    return plan.leftOut.some(({ outcome }) => outcome === 'failed') ? 'incomplete' : 'done';
  } catch (error) {
    throw reachFailure(error, client.credentials.server.origin);
  } finally {
    client.credentials.close();
  }
}
