"""Real nodes for the end-to-end tests: containerd and kubelet, on one Linux machine, as root.

Everything runs in mount, PID and network namespaces of its own (`namespaces.py`): when the tests end, however that
went, the kernel takes every process, mount, bridge and iptables rule with them. Only cgroups are cleared by hand.
"""
