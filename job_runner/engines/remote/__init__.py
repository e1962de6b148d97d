"""Models on another machine, asked over gRPC by the Open Inference Protocol v2: Triton, KServe, OpenVINO."""

import os

# gRPC reads these once. Its log would go to the terminal, while what is wrong is raised; and what it does about forks
# keeps a process that is only to become another program from ever doing so.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
