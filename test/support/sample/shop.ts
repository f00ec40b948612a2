import type { KubeObject } from '../kube-object.ts';
import { fakePem, noise, objectsOf, secretData } from './object.ts';
import { projectServer } from './project.ts';
import { deployment } from './workload.ts';

const BACKUP_SCRIPT = `#!/bin/bash
set -euo pipefail
# Runs in the init container; "quotes", \\backslashes\\ and tabs:\tmust survive.
for table in orders customers "line items"; do
  psql -At -c "SELECT count(*) FROM \\"$table\\"" | tee "/tmp/$table.count"
done
`;

const SETTINGS = `shop:
  currency: EUR
  greeting: "Grüß Gott – 🛒 ürün"
  limits: {basket: 50, price: 9999.99}
  features:
    - wishlist
    - express-checkout
`;

/** The project shop: a web shop and its catalogue, with Services of every form and secrets of several. */
export function shopProject(): KubeObject[] {
  const object = objectsOf('shop');
  return [
    ...projectServer('shop', 'The web shop', 'alice'),
    ...deployment(object, 'storefront', 'registry.example.com/shop/storefront:4.2.1', 3),
    ...deployment(object, 'catalogue', 'registry.example.com/shop/catalogue:1.17.0', 2),
    object('v1', 'ConfigMap', 'storefront-config', {
      data: { 'settings.yaml': SETTINGS, 'init.sh': BACKUP_SCRIPT, LOG_LEVEL: 'info', EMPTY: '' },
    }),
    object('v1', 'ConfigMap', 'logo', {
      binaryData: { 'favicon.ico': noise('favicon', 1200).toString('base64') },
      immutable: true,
    }),
    object('v1', 'Secret', 'database', {
      type: 'Opaque',
      ...secretData({ username: 'shop', password: noise('shop-password', 24).toString('base64url') }),
    }),
    object('v1', 'Secret', 'storefront-tls', {
      type: 'kubernetes.io/tls',
      ...secretData({
        'tls.crt': fakePem('CERTIFICATE', 'storefront-certificate', 900),
        'tls.key': fakePem('PRIVATE KEY', 'storefront-key', 1200),
      }),
    }),
    object('v1', 'Service', 'storefront', {
      spec: {
        type: 'ClusterIP',
        selector: { app: 'storefront' },
        ports: [{ name: 'http', port: 80, targetPort: 'http' }],
      },
    }),
    object('v1', 'Service', 'catalogue', {
      spec: {
        type: 'NodePort',
        selector: { app: 'catalogue' },
        ports: [{ name: 'http', port: 8080, targetPort: 8080 }],
      },
    }),
    object('v1', 'Service', 'catalogue-peers', {
      spec: { clusterIP: 'None', selector: { app: 'catalogue' }, ports: [{ port: 7946 }] },
    }),
    object('v1', 'Service', 'mail', { spec: { type: 'ExternalName', externalName: 'smtp.example.com' } }),
    object('rbac.authorization.k8s.io/v1', 'Role', 'config-reader', {
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] }],
    }),
    object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'config-reader', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'config-reader' },
      subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'shop' }],
    }),
  ];
}
