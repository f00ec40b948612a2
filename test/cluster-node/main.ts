import { parseArgs } from 'node:util';
import { controlPlaneBinaries } from '../support/binaries.ts';
import { down, isUp, nodePrograms, up } from './cluster.ts';
import { provideProjectImage } from './images.ts';
import { FILES, NAMESPACE } from './layout.ts';

// make cluster, make cluster-down

const [verb] = parseArgs({ allowPositionals: true }).positionals;
if (verb === 'down') await down();
else if (isUp()) say('the cluster is already running');
else {
  const begin = performance.now();
  await up();
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  say(`the cluster is running (started in ${seconds} s); building the image`);
  say(`image: ${await provideProjectImage(await nodePrograms())}`);
}
if (verb !== 'down')
  say(`It has its own network namespace. To work with it, start a shell there:
  nsenter --net=/run/netns/${NAMESPACE} env KUBECONFIG=${FILES.kubeconfig} PATH=${await nodePrograms()}:${await controlPlaneBinaries()}:$PATH bash
To stop it: make cluster-down`);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
