import { MAX_DEPTH } from './scan.ts';

/*
 * Size limits for writers and readers of archives. Every archive that is written must be
 * readable, so each limit of WRITTEN is at most that of READ; a test compares them. Readers
 * allow more, for archives of older versions.
 */

const MIB = 1024 * 1024;

/** Limits for the export. A resource type that exceeds them fails. */
export const WRITTEN = {
  /** Bytes of an object. etcd accepts 1.5 MiB; aggregated APIs may return more. */
  objectBytes: 16 * MIB,
  /** Nesting levels of an object. */
  objectDepth: MAX_DEPTH,
  /** Objects of a type, all projects together. */
  objects: 2_000_000,
  /** Bytes of all lists of a type; more than etcd can contain (8 GiB). */
  listBytes: 16 * 1024 * MIB,
  /** Time for a type, with all attempts, in milliseconds: a fraction of the job's deadline. */
  listTime: 30 * 60 * 1000,
  /** Bytes of an unsorted list, which must be kept in memory to be sorted. */
  sortedBytes: 64 * MIB,
  /** Projects in which a type has objects; Kubernetes is tested with 10,000. */
  projects: 20_000,
  /** Characters of a type's name: the name of a CustomResourceDefinition has no more. */
  typeName: 253,
  /** Characters of a project's name (RFC 1123 label). */
  projectName: 63,
} as const;

/** Limits for readers. An archive that exceeds them counts as damaged. */
export const READ = {
  objectBytes: 64 * MIB,
  objectDepth: MAX_DEPTH,
  /** Bytes of a type file outside its objects: some seven per object. */
  envelopeBytes: 16 * MIB,
  /** 2,500 projects with 100 types and their status make half a million. */
  entries: 2_000_000,
  /** Characters of an entry's name. */
  entryName: 1024,
  manifestBytes: 16 * MIB,
  /** Objects and lists in a document that is parsed; 2,500 projects with their types have some thousands. */
  brackets: 1_000_000,
  /** Half a million entries have some fifty. */
  checksumBytes: 128 * MIB,
} as const;
