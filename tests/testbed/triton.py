"""Triton as an engine for tests: its server out of the wheel of nvidia-pytriton, on the CPU, with the Python backend.

What it serves are ONNX models, run by `triton_model.py`, as the wheel has no backend that runs them itself.
"""

import os
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from contextlib import suppress
from ctypes.util import find_library
from dataclasses import dataclass, field
from pathlib import Path

import onnx

from tests.testbed.cache import digest, kept, pinned, unpack_wheel
from tests.testbed.processes import Child, free_port

WHEEL = "nvidia-pytriton"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
LIBRARIES = Path(sysconfig.get_config_var("LIBDIR"))
STUB = f"tritonserver/python_backend_stubs/{PYTHON}/triton_python_backend_stub"
UNPACKED = ("tritonserver/bin/", "tritonserver/backends/", STUB, "nvidia_pytriton.libs/")
TYPES = {1: "TYPE_FP32", 2: "TYPE_UINT8", 7: "TYPE_INT64"}
"""Of ONNX's numbers."""


class NoTriton(Exception):
    """Why it cannot run here."""


def unpacked() -> Path:
    """The folder with `bin` and `backends`. Raises NoTriton."""
    if not ((LIBRARIES / f"libpython{PYTHON}.so.1.0").exists() or find_library(f"python{PYTHON}")):
        raise NoTriton(f"this Python {PYTHON} has no shared library, which Triton's Python backend needs")
    try:
        return _unpacked()
    except subprocess.CalledProcessError as error:
        raise NoTriton(f"the wheel of {WHEEL} cannot be fetched for this machine") from error


def _unpacked() -> Path:
    def make(into: Path) -> None:
        unpack_wheel(WHEEL, lambda name: any(part in name for part in UNPACKED), into)

    server = kept(f"triton-{PYTHON}-{digest(pinned(WHEEL))}", make) / "pytriton" / "tritonserver"
    stub = server.parent / STUB
    if not stub.exists():
        raise NoTriton(f"Triton's Python backend has no program for Python {PYTHON}")
    if not (beside := server / "backends" / "python" / stub.name).exists():
        shutil.copy2(stub, beside)
    return server


@dataclass(frozen=True)
class Served:
    """A model. With `batch`, its first axis is one that Triton adds, of at most so many."""

    name: str
    data: bytes
    batch: int = 0
    versions: Sequence[int] = (1,)
    parameters: Mapping[str, str] = field(default_factory=dict)

    def put(self, repository: Path) -> None:
        """Lays it where Triton looks for it."""
        for version in self.versions:
            folder = repository / self.name / str(version)
            folder.mkdir(parents=True)
            (folder / "model.onnx").write_bytes(self.data)
            shutil.copy(Path(__file__).with_name("triton_model.py"), folder / "model.py")
        (repository / self.name / "config.pbtxt").write_text(self.config())

    def config(self) -> str:
        """`config.pbtxt`."""
        graph = onnx.load_from_string(self.data).graph
        inputs, outputs = (", ".join(self._tensor(each) for each in some) for some in (graph.input, graph.output))
        parameters = "".join(
            f'parameters {{key: "{key}" value {{string_value: "{value}"}}}}\n' for key, value in self.parameters.items()
        )
        return (
            f'name: "{self.name}"\nbackend: "python"\nmax_batch_size: {self.batch}\n'
            f"input [{inputs}]\noutput [{outputs}]\nversion_policy {{all {{}}}}\n{parameters}"
        )

    def _tensor(self, given: onnx.ValueInfoProto) -> str:
        kind = given.type.tensor_type
        dims = [axis.dim_value or -1 for axis in kind.shape.dim][1 if self.batch else 0 :]
        return f'{{name: "{given.name}", data_type: {TYPES[int(kind.elem_type)]}, dims: {dims}}}'


class Triton:
    """`with Triton(folder, models) as triton:` serves them at `triton.url`. `stop` and `start` may follow."""

    def __init__(
        self, folder: Path, models: Sequence[Served], tls: tuple[Path, Path] | None = None, flags: Sequence[str] = ()
    ) -> None:
        """`tls`: certificate and key."""
        self.port, self._folder, self._flags = free_port(), folder, list(flags)
        self._tls, self._region = tls, f"spotreel-triton-{os.getpid()}-{self.port}"
        if tls:
            certificate, key = map(str, tls)
            self._flags += ["--grpc-use-ssl=true", f"--grpc-server-cert={certificate}", f"--grpc-server-key={key}"]
        for model in models:
            model.put(folder / "models")
        self._child: Child | None = None

    @property
    def url(self) -> str:
        return f"{'grpcs' if self._tls else 'grpc'}://127.0.0.1:{self.port}"

    def __enter__(self) -> "Triton":
        self.launch()
        self.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def launch(self) -> None:
        server = unpacked()
        command = [
            str(server / "bin" / "tritonserver"), f"--model-repository={self._folder / 'models'}",
            f"--backend-directory={server / 'backends'}", "--allow-http=false", "--allow-metrics=false",
            "--grpc-address=127.0.0.1", f"--grpc-port={self.port}", "--disable-auto-complete-config",
            f"--backend-config=python,shm-region-prefix-name={self._region}", *self._flags,
        ]  # fmt: skip
        # The program that runs a model finds its Python, and so our packages, by PATH, and libpython by the linker.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self._child = Child(
            "tritonserver", command, self._folder / "triton.log", {"PATH": path, "LD_LIBRARY_PATH": str(LIBRARIES)}
        )

    def wait(self) -> None:
        """Until it listens, which it does once its models are loaded."""
        assert self._child
        self._child.wait_until(self._listens)

    def stop(self) -> None:
        """SIGKILL to all of its processes: clients hear nothing but that it is gone."""
        if self._child:
            self._child.stop()
        for path in Path("/dev/shm").glob(f"{self._region}*"):
            path.unlink(missing_ok=True)

    def log(self, words: str) -> list[str]:
        """Lines of its log that have these words."""
        assert self._child
        return [line for line in self._child.log.read_text(errors="replace").splitlines() if words in line]

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False
