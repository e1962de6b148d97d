"""What may happen to a pod, as one table, and what must come of it.

The same rows run on the node agent (tests/integration) and on a real kubelet (tests/e2e): if the two disagreed, the
agent would be teaching us wrong.
"""
