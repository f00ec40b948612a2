export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/**
 * The scripts only pass words and answers on. The candidates are computed in one place,
 * completion/expected.ts, so that a new option needs no new script. completionText describes
 * the answers.
 */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  // Bash splits words at : and =, which names may contain (system:node), so the line is split again.
  bash: `# bash completion of openshift-backup; put it in ~/.bashrc: source <(openshift-backup completion bash)
_openshift_backup() {
  local line=\${COMP_LINE:0:COMP_POINT} current= answer directive word
  local -a words
  read -ra words <<<"$line"
  if [[ $line == *[[:space:]] ]]; then words+=(''); fi
  current=\${words[\${#words[@]}-1]}
  local split=\${current%"\${current##*[:=]}"}
  COMPREPLY=()
  answer=$("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null) || return 0
  directive=\${answer##*$'\\n'}
  while IFS=$'\\t' read -r word _; do
    if [[ $word != :* ]]; then COMPREPLY+=("\${word#"$split"}"); fi
  done <<<"$answer"
  case $directive in
    :open) compopt -o nospace 2>/dev/null ;;
    :files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "\${current#"$split"}") ;;
    :directories) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "\${current#"$split"}") ;;
  esac
  return 0
}
complete -F _openshift_backup openshift-backup
`,
  zsh: `#compdef openshift-backup
# zsh completion of openshift-backup; put it in ~/.zshrc: source <(openshift-backup completion zsh)
_openshift_backup() {
  local answer line directive
  local -a found shown open
  answer=$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null) || return 1
  for line in "\${(@f)answer}"; do
    if [[ $line == :* ]]; then directive=$line; continue; fi
    found+=("\${line%%$'\\t'*}")
    shown+=("\${line%%$'\\t'*}\${\${line#*$'\\t'}:+  \${line#*$'\\t'}}")
  done
  case $directive in
    :files) [[ $PREFIX == --*=* ]] && compset -P '*='; _files; return ;;
    :directories) [[ $PREFIX == --*=* ]] && compset -P '*='; _files -/; return ;;
    :open) open=(-S '') ;;
  esac
  (( $#found )) && compadd -l -d shown "\${open[@]}" -- "\${found[@]}"
}
if [[ $funcstack[1] == _openshift_backup ]]; then _openshift_backup "$@"; else compdef _openshift_backup openshift-backup; fi
`,
  fish: `# fish completion of openshift-backup; put it in config.fish: openshift-backup completion fish | source
function __openshift_backup_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l flag (string match -r -- '^--[a-z-]+=' "$current")
    set -l answer ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
    switch "$answer[-1]"
        case :files
            __fish_complete_path (string replace -- "$flag" '' "$current") | string replace -r '^' -- "$flag"
        case :directories
            __fish_complete_directories (string replace -- "$flag" '' "$current") | string replace -r '^' -- "$flag"
        case '*'
            string match -v -- ':*' $answer
    end
end
complete -c openshift-backup -f -a '(__openshift_backup_complete)'
`,
};
