#!/bin/sh
# Creates a VideoJob, waits for either end, shows what there is to show.
#   run-videojob.sh FILE [NAMESPACE] [SECONDS]
# Exit code: 0 complete, 1 failed, 2 deleted meanwhile, 124 not finished in time (it goes on running).
set -eu
file=$1 namespace=${2:-default} deadline=$(($(date +%s) + ${3:-3600}))

# `create`, not `apply`: a finished job is never run again, so each run needs a name of its own (metadata.generateName).
job=$(kubectl create -n "$namespace" -f "$file" -o name)
echo "created $job"

said=
while :; do
  # Empty: the object is gone. `kubectl wait` would not notice, and wait until its time-out.
  if state=$(kubectl get -n "$namespace" "$job" --ignore-not-found \
      -o jsonpath='{.metadata.uid}|{.status.phase}|{.status.phase} {.status.reason} {.status.progress.summary}'); then
    [ -n "$state" ] || { echo "$job was deleted" >&2; exit 2; }
    line=${state##*|} phase=${state#*|} phase=${phase%%|*}
    [ "$line" = "$said" ] || { echo "$line"; said=$line; }
    case $phase in Succeeded|Failed) break ;; esac
  fi # else the API server did not answer: ask again
  [ "$(date +%s)" -lt "$deadline" ] || { echo "$job is not finished; it goes on" >&2; exit 124; }
  sleep 2
done

if [ "$phase" = Failed ]; then
  kubectl get -n "$namespace" "$job" -o jsonpath='{.status.message}{"\n"}' >&2
  kubectl logs -n "$namespace" -l "spotreel.dev/videojob=${job#*/}" --tail=20 --prefix >&2 || true
  exit 1
fi
kubectl get -n "$namespace" "$job" -o jsonpath='{.status.outputs[0].uri} {.status.outputs[0].sha256}{"\n"}'
