import { parseArgs } from 'node:util';
import { down, isUp, nodePrograms, up } from './cluster.ts';
import { provideProjectImage } from './images.ts';
import { FILES, NAMESPACE } from './layout.ts';

// make cluster, make cluster-down

const [verb] = parseArgs({ allowPositionals: true }).positionals;
if (verb === 'down') await down();
else if (isUp()) say('the cluster is up already');
else {
  const begin = performance.now();
  await up();
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  say(`a cluster with one node is up (${seconds} s); building the image`);
  say(`image: ${await provideProjectImage(await nodePrograms())}`);
}
if (verb !== 'down')
  say(`Its network is a namespace of its own; enter it with
  nsenter --net=/run/netns/${NAMESPACE} env KUBECONFIG=${FILES.kubeconfig} PATH=${await nodePrograms()}:$PATH bash
and end it with make cluster-down`);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
