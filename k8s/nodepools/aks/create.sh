#!/bin/sh
# GPU node pools for Spotreel on AKS: spot and on-demand T4s, from zero nodes up.
#   GROUP=… CLUSTER=… ./create.sh
set -eu
: "${GROUP:?}" "${CLUSTER:?}"

pool() { # name, most nodes, more flags
  name=$1 most=$2
  shift 2
  az aks nodepool add --resource-group "$GROUP" --cluster-name "$CLUSTER" --name "$name" \
    --node-vm-size Standard_NC4as_T4_v3 --enable-cluster-autoscaler --node-count 0 --min-count 0 --max-count "$most" \
    --node-taints "$TAINTS" "$@"
}

# AKS adds the taint kubernetes.azure.com/scalesetpriority=spot:NoSchedule to spot pools by itself. The label that the tiers use,
# kubernetes.azure.com/priority, comes from AKS too.
TAINTS=nvidia.com/gpu=present:NoSchedule
pool vrspot 4 --priority Spot --eviction-policy Delete --spot-max-price -1
pool vrondemand 1
