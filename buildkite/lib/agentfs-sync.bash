#!/bin/bash
# Runs one command of agentfs-sync with the plugin's options: each stands for the variable of the flag of that name.

agentfs_sync() {
  local name option agents=()
  local -a program
  read -r -a program <<< "${BUILDKITE_PLUGIN_AGENTFS_SYNC_PROGRAM:-npx --yes agentfs-sync@0.1.0}"
  for name in $(compgen -v BUILDKITE_PLUGIN_AGENTFS_SYNC_); do
    option="${name#BUILDKITE_PLUGIN_AGENTFS_SYNC_}"
    case "$option" in
      PROGRAM) ;;
      # One agent, or a list of them: Buildkite numbers its items.
      AGENTS | AGENTS_[0-9]*) agents+=("${!name}") ;;
      *) export "AGENTFS_SYNC_$option=${!name}" ;;
    esac
  done
  AGENTFS_SYNC_AGENT="$(IFS=,; echo "${agents[*]}")"
  export AGENTFS_SYNC_AGENT
  export AGENTFS_SYNC_TRUST="${AGENTFS_SYNC_TRUST:-auto}"
  # As in the Action: a machine that is kept must not stop every later job at the first one that could not push.
  export AGENTFS_SYNC_ON_UNPUSHED="${AGENTFS_SYNC_ON_UNPUSHED:-set-aside}"
  "${program[@]}" "$1"
}
