/**
 * What is wrong with the text of a recipient, without the text: somebody may have given a secret
 * key instead. null where it looks like one; checkRecipients (seal/keys.ts) knows for sure.
 */
export function recipientMistake(text: string): string | null {
  if (/^AGE-SECRET-KEY-/i.test(text))
    return 'this is a secret identity, not a recipient: "age-keygen -y FILE" prints the recipient of an identity';
  if (text.startsWith('ssh-')) return 'ssh keys are not supported: make a key with age-keygen';
  if (/^age1(?!pq1|tag1|tagpq1)[a-z0-9]+1[a-z0-9]/.test(text))
    return 'recipients of plugins are not supported: make a key with age-keygen';
  return text.startsWith('age1') ? null : 'must be a recipient as age-keygen prints it (age1…)';
}
