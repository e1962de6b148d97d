#!/bin/sh
# GPU node pools for Spotreel on GKE Standard: spot and on-demand L4s, from zero nodes up.
#   CLUSTER=… LOCATION=europe-west4 ZONES=europe-west4-a,europe-west4-b ./create.sh
set -eu
: "${CLUSTER:?}" "${LOCATION:?}" "${ZONES:?}"

pool() { # name, most nodes a zone, more flags
  name=$1 most=$2
  shift 2
  # The taints are said aloud: GKE sets that of GPUs only if a pool without them was there before.
  gcloud container node-pools create "$name" --cluster "$CLUSTER" --location "$LOCATION" --node-locations "$ZONES" \
    --machine-type g2-standard-8 --accelerator type=nvidia-l4,count=1,gpu-driver-version=latest \
    --enable-autoscaling --num-nodes 0 --min-nodes 0 --max-nodes "$most" --workload-metadata GKE_METADATA "$@"
}

pool spotreel-spot 4 --spot --node-taints nvidia.com/gpu=present:NoSchedule,cloud.google.com/gke-spot=true:NoSchedule
pool spotreel-on-demand 1 --node-taints nvidia.com/gpu=present:NoSchedule
