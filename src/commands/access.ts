import { makePlan } from '../cluster/planning.ts';
import type { Ending } from '../exit.ts';
import { accessJson, accessText } from '../output/access.ts';
import { withCluster } from './cluster.ts';
import type { Context } from './context.ts';
import { printDocument } from './printing.ts';

/**
 * Prints what these credentials may back up: the plan of a backup with the same options, and the
 * missing permissions. Ends `incomplete` if an API group is broken, as a backup would.
 */
export async function access(context: Context): Promise<Ending> {
  const { config, log, print, signal } = context;
  return await withCluster(context, signal, async ({ client, server, identity }) => {
    const { plan, warnings } = await makePlan(client, config.scope);
    for (const warning of warnings) log.warn(warning);
    const facts = { server: client.credentials.server.origin, version: server.version, identity, plan };
    if (config.output === 'text') print(accessText(facts));
    else printDocument(context, accessJson(facts));
    return plan.leftOut.some(({ outcome }) => outcome === 'failed') ? 'incomplete' : 'done';
  });
}
