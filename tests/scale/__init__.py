"""`make scale`: crowds of VideoJobs on a real API server, with stand-in runners. Writes docs/scale.md.

The control plane and the operator are real. Nodes are objects without a machine; what kubelet and runner would do is
written into the status of pods by `runners.py`, which also reports as a runner does, with a token of the pod.
"""
