"""Pure: the Kubernetes Job of an attempt, and its order."""
