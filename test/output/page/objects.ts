import type { ObjectChange } from '../../../src/changes/change.ts';
import { changed, lone } from './sample.ts';

const SCRIPT = `#!/bin/sh
set -eu
# Waits for the database, then starts the shop.
until pg_isready --host "$DB_HOST"; do
\tsleep 1
done
echo one
echo two
echo three
echo four
echo five
echo six
exec /app/shop --port 8080
`;

const deployment = (replicas: number, image: string, env: readonly unknown[]) => ({
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: { replicas, template: { spec: { containers: [{ name: 'web', image, env }] } } },
});

/** What a night changes: one of each kind of change. */
export function ordinaryObjects(): ObjectChange[] {
  return [
    changed(
      null,
      'clusterroles.rbac.authorization.k8s.io',
      'reader',
      { rules: [{ verbs: ['get'] }] },
      { rules: [{ verbs: ['get', 'list'] }] },
    ),
    lone(null, 'namespaces', 'shop-test', 'added'),
    changed(
      'shop',
      'configmaps',
      'start',
      { data: { 'run.sh': SCRIPT } },
      {
        data: {
          'run.sh': SCRIPT.replace('sleep 1', 'sleep 5').replace(
            'exec /app/shop --port 8080\n',
            'exec /app/shop --port 9090',
          ),
        },
      },
    ),
    changed(
      'shop',
      'deployments.apps',
      'web',
      deployment(2, 'registry.example.com/shop/web:1.14.2', [
        { name: 'LOG', value: 'info' },
        { name: 'DEBUG', value: 'yes' },
      ]),
      deployment(3, 'registry.example.com/shop/web:1.15.0', [
        { name: 'LOG', value: 'debug' },
        { name: 'CACHE', valueFrom: { configMapKeyRef: { name: 'cache', key: 'url', optional: true } } },
      ]),
    ),
    lone('shop', 'routes.route.openshift.io', 'old-shop', 'removed'),
    lone('shop', 'routes.route.openshift.io', 'shop', 'added'),
    changed(
      'shop',
      'secrets',
      'db',
      { kind: 'Secret', data: { password: 'b2xkLXNlY3JldA==', user: 'c2hvcA==' } },
      { kind: 'Secret', data: { password: 'bmV3LXNlY3JldA==', user: 'c2hvcA==', host: 'ZGIuZXhhbXBsZQ==' } },
    ),
    changed(
      'team-long',
      'services',
      'api',
      { spec: { list: ['a', 'b', 'c'], big: 9007199254740991, kept: null } },
      { spec: { list: ['c', 'a', 'b'], big: '9007199254740991' } },
    ),
  ];
}

/** Text that would act, hide, turn, or fill a page, were it not kept from it. */
export const HOSTILE = [
  '</script><script>globalThis.hacked = 1</script>',
  '<img src=x onerror="globalThis.hacked = 2">',
  '</style><style>body { display: none }</style>',
  '"><svg onload=globalThis.hacked=3>',
  "' onmouseover='globalThis.hacked=4' x='",
  '<!-- --!> <![CDATA[ ]]> &lt;b&gt; &amp;',
  'javascript:globalThis.hacked=5',
  'turned \u202egpj.exe\u2066 and \u200bhidden\u00a0\ufeff\u{e0041}',
  'bell \u0007 escape \u001b[31m null \u0000 line \u2028 \u0085',
  'half \ud83d pairs \udc00',
] as const;

/** Every place of an object that a cluster's users can write, filled with such text. */
export function hostileObjects(): ObjectChange[] {
  return HOSTILE.flatMap((text, at) => [
    changed(
      text,
      `type${text}`,
      `name${text}`,
      { data: { [text]: `a ${text}`, list: [{ name: text, value: 1 }] } },
      {
        data: {
          [text]: `b ${text}`,
          list: [{ name: text, value: text }],
          [`new${text}`]: { [text]: [text] },
        },
        text: `one\n${text}\n`,
      },
    ),
    changed(
      text,
      `type${text}`,
      `text${at}`,
      { data: `one\n${text}\nthree\n` },
      { data: `one\ntwo ${text}\nthree` },
    ),
    lone(text, `type${text}`, `z${text}`, 'added'),
  ]);
}

/** So many changed objects, of two changes each. */
export function* manyObjects(count: number): Generator<ObjectChange> {
  for (let at = 0; at < count; at += 1) {
    const [project, type] = [
      `project-${Math.floor(at / 100)}`,
      `type${Math.floor((at % 100) / 10)}.example.com`,
    ];
    const env = [{ name: 'LOG', value: 'info' }];
    yield changed(
      project,
      type,
      `object-${at}`,
      deployment(at, `registry.example.com/app:${at}`, env),
      deployment(at + 1, `registry.example.com/app:${at + 1}`, env),
    );
  }
}
