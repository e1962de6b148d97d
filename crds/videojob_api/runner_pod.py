"""What every runner's pod has of its own, and a class must leave to it: folders, names of volumes, variables."""

ORDER_DIR = "/etc/spotreel/order"
SECRETS_DIR = "/etc/spotreel/secrets"
CA_DIR = "/etc/spotreel/ca"
TOKEN_DIR = "/var/run/secrets/spotreel"
SCRATCH_DIR = "/tmp"
TERMINATION_LOG = "/dev/termination-log"

CA_FILE = "ca.crt"
CA_VARIABLE = "SPOTREEL_CA_BUNDLE"
"""A variable, not an argument: a runner of an earlier version would refuse an argument that it does not know."""

VOLUMES = frozenset({"order", "token", "secrets", "scratch", "ca"})

RESERVED_FOLDERS = (
    "/etc/spotreel",
    "/var/run/secrets/spotreel",
    "/run/secrets/spotreel",
    SCRATCH_DIR,
    TERMINATION_LOG,
    "/opt/spotreel",
    "/proc",
    "/sys",
)
"""Nothing is mounted over these, nor in them. `/var/run` is `/run` in most images, and the program is in /opt."""

SYSTEM_FOLDERS = ("/bin", "/lib", "/lib64", "/sbin", "/usr/bin", "/usr/lib", "/usr/local/bin", "/usr/local/lib")
"""Nothing is mounted over these, as the program needs what the image has there; below them is room."""
