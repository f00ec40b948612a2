/** What the log of the retrieval pod says: how to list, copy and start a backup. */
export function idleText(pod: string, volume: string): string {
  return `This pod stands by for retrieval of archives on ${volume}.

  list     oc exec ${pod} -- openshift-backup list
  look     oc exec ${pod} -- openshift-backup show latest
  check    oc exec ${pod} -- openshift-backup verify latest
  copy     oc cp ${pod}:${volume}/ARCHIVE.zip ARCHIVE.zip
  back up  oc exec ${pod} -- openshift-backup backup
`;
}
