import { Failure } from '../words/failure.ts';

/** Characters of what a program said. */
const LONGEST = 500;

/**
 * Why a program ended before it should, as a message for the user.
 *
 * @param output the last part of what it printed: etcd logs JSON and then a Go panic, kube-apiserver logs text
 */
export function endFailure(name: string, output: string): Failure {
  const said = (reasonInJson(output) ?? reasonInText(output)).replace(/\s+/g, ' ').slice(0, LONGEST);
  if (said === '')
    return new Failure(
      `${name} ended without a message`,
      'the system may have killed it because memory was short; otherwise check the programs of --assets',
    );
  const isFull = /no space left on device|disk quota exceeded/i.test(said);
  return new Failure(
    `${name} ended: ${said}`,
    isFull ? 'set TMPDIR to a directory with more space' : 'check the programs of --assets',
  );
}

/** The last log entry of etcd that is an error. */
function reasonInJson(output: string): string | null {
  for (const line of output.split('\n').toReversed()) {
    const { level, msg, error } = entryOf(line);
    if (typeof msg === 'string' && /^(error|panic|fatal)$/.test(String(level)))
      return typeof error === 'string' ? `${msg}: ${error}` : msg;
  }
  return null;
}

function entryOf(line: string): { level?: unknown; msg?: unknown; error?: unknown } {
  if (!line.startsWith('{')) return {};
  try {
    return Object(JSON.parse(line));
  } catch {
    // Another line, or one whose beginning is not kept.
    return {};
  }
}

/** The last line that tells of an error, and is not part of a stack trace of Go. */
function reasonInText(output: string): string {
  const [beforeTrace = ''] = output.split(/^goroutine \d+ \[/m);
  const lines = beforeTrace.trim().split('\n');
  return lines.findLast((line) => /error|fatal|panic|fail/i.test(line)) ?? lines.at(-1) ?? '';
}
