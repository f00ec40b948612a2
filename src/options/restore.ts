import { checkSelector } from '../types/selector.ts';
import type { CommandName } from './commands.ts';
import { choice, collected, globs, list, optional, turnsOn, withDefault } from './option.ts';
import { labelPair, pairs, programOf, projectPair, seconds, textPair } from './values.ts';

const RESTORE_ALONE: readonly CommandName[] = ['restore'];

/** How objects are restored. */
export const RESTORE = {
  preference: optional({
    flag: 'preference',
    placeholder: 'FILE',
    help: 'what to restore, and how: a RestorePreference of k8s-snap (YAML)',
    commands: RESTORE_ALONE,
    parse: (text, readText) => readText(text),
  }),
  mapping: collected({
    flag: 'map',
    placeholder: 'OLD=NEW',
    help: 'restore a project under another name; diff: compare it with the project of another name',
    commands: ['restore', 'diff'],
    parse: projectPair,
    collect: pairs,
  }),
  replacements: collected({
    flag: 'replace',
    placeholder: 'OLD=NEW',
    help: 'replace a host name or an address in every string',
    commands: RESTORE_ALONE,
    parse: textPair,
    collect: (values) => [...pairs(values)].map(([from, to]) => ({ from, to })),
  }),
  selectors: list({
    flag: 'selector',
    placeholder: 'SELECTOR',
    help: 'only objects that match this label selector: app=web,tier!=test; if given several times, one must match',
    commands: RESTORE_ALONE,
    split: (text) => [text],
    parse: checkSelector,
  }),
  projectSelectors: list({
    flag: 'project-selector',
    placeholder: 'SELECTOR',
    help: 'only projects whose labels in the archive match this selector; if given several times, one must match',
    commands: RESTORE_ALONE,
    split: (text) => [text],
    parse: checkSelector,
  }),
  storageClasses: collected({
    flag: 'storage-class',
    placeholder: 'OLD=NEW',
    help: 'use another storage class in every object that names the old one',
    commands: RESTORE_ALONE,
    parse: textPair,
    collect: pairs,
  }),
  images: collected({
    flag: 'image',
    placeholder: 'OLD=NEW',
    help: 'replace the beginning of image references: registry.old.example.com=registry.example.com/mirror',
    commands: RESTORE_ALONE,
    parse: textPair,
    collect: pairs,
  }),
  labels: collected({
    flag: 'label',
    placeholder: 'KEY=VALUE',
    help: 'add a label to everything that is created or updated',
    commands: RESTORE_ALONE,
    parse: labelPair,
    collect: pairs,
  }),
  prune: turnsOn({
    flag: 'prune',
    help: 'remove what the restored projects hold and the archive does not; never PersistentVolumeClaims',
    commands: RESTORE_ALONE,
    notByVariable: RESTORE_ALONE,
  }),
  filter: optional({
    flag: 'filter',
    placeholder: 'JQ',
    help: 'run this jq program, or that in @FILE, on each object before it is restored',
    commands: RESTORE_ALONE,
    ignoresVariable: true,
    parse: programOf,
  }),
  existing: choice({
    flag: 'existing',
    choices: ['skip', 'update', 'replace', 'fail'],
    default: 'skip',
    help: 'what to do with an object that exists and differs: update makes it equal to the archive, replace deletes and recreates it',
    commands: RESTORE_ALONE,
  }),
  verbose: turnsOn({
    flag: 'verbose',
    short: 'v',
    help: 'a line in the report also for objects that are unchanged or not restored',
    commands: RESTORE_ALONE,
  }),
  status: globs({
    flag: 'status',
    placeholder: 'TYPE',
    help: 'also restore the status of objects of these types, by name or glob',
    commands: RESTORE_ALONE,
  }),
  preserveNodePorts: turnsOn({
    flag: 'preserve-nodeports',
    help: 'keep the node ports of Services',
    commands: RESTORE_ALONE,
  }),
  suspend: turnsOn({
    flag: 'suspend',
    help: 'start nothing: scale workloads to zero, suspend jobs',
    commands: RESTORE_ALONE,
  }),
  rebindStorageClasses: globs({
    flag: 'rebind-storage-class',
    placeholder: 'CLASS',
    help: 'bind PersistentVolumeClaims of these storage classes to their old volumes; * includes those without a class',
    commands: RESTORE_ALONE,
  }),
  wait: withDefault({
    flag: 'wait',
    placeholder: 'SECONDS',
    default: '60',
    help: 'how long to wait for deletions, new types and claims',
    commands: RESTORE_ALONE,
    parse: seconds(0),
  }),
};
