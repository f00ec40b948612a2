import { MAX_DEPTH } from './scan.ts';

/*
 * How large things may be, for those who write archives and those who read them. An
 * archive that is written must be readable, so each limit of WRITTEN is at most that of
 * READ; a test compares them. Readers allow more, for the archives of older versions.
 */

const MIB = 1024 * 1024;

/** What the export takes from a server. What exceeds it fails its resource type. */
export const WRITTEN = {
  /** Bytes of an object. etcd takes 1.5 MiB; aggregated APIs may serve more. */
  objectBytes: 16 * MIB,
  /** Levels that an object is nested. */
  objectDepth: MAX_DEPTH,
  /** Objects of a type, all projects together. */
  objects: 2_000_000,
  /** Bytes that the lists of a type may have; more than an etcd holds (8 GiB at most). */
  listBytes: 16 * 1024 * MIB,
  /** Milliseconds that a type may take, all attempts together: a fraction of the job's deadline. */
  listTime: 30 * 60 * 1000,
  /** Bytes of a list that comes in no order, and so has to be held to be sorted. */
  sortedBytes: 64 * MIB,
  /** Projects in which a type has objects; Kubernetes is tested with 10,000. */
  projects: 20_000,
  /** Characters of a type's name: a CustomResourceDefinition's own name has no more. */
  typeName: 253,
  /** Characters of a project's name (RFC 1123 label). */
  projectName: 63,
} as const;

/** What readers take from an archive. What exceeds it counts as damage. */
export const READ = {
  objectBytes: 64 * MIB,
  objectDepth: MAX_DEPTH,
  /** Bytes of a type file outside its objects: some seven for each. */
  envelopeBytes: 16 * MIB,
  /** 2,500 projects with 100 types and their status make half a million. */
  entries: 2_000_000,
  /** Characters of an entry's name. */
  entryName: 1024,
  manifestBytes: 16 * MIB,
  /** Objects and lists in a document of which values are made; 2,500 projects and their types make some thousands. */
  brackets: 1_000_000,
  /** Half a million entries make some fifty. */
  checksumBytes: 128 * MIB,
} as const;
