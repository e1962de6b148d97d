"""The node agent: a stand-in for kubelet where there is no root.

It registers nodes, keeps their leases, runs the pods bound to them as local processes and shows in
their status what kubelet would show. What it does not do:

- images are not pulled: a command runs from this machine's PATH, after `ROOT/images/<image>/` if that folder is there;
  `imagePullPolicy` is ignored
- no namespaces, cgroups or users: a pod sees this machine's files, and `securityContext` is ignored
- a CPU limit is a CPU affinity of so many whole cores; a memory limit is watched every half second
- volumes are folders elsewhere: their mount paths are replaced in command, args and env values
- every pod has an address of its own in 127.0.0.0/8; Services are reached through a forwarder
- one container a pod; no init containers, no exec; logs whole, by lines or followed (they are files)
"""
