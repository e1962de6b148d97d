"""Python's side of the .proto files, made by protoc; the messages' types lie beside them as .pyi."""

from pathlib import Path

from grpc_tools import protoc

from tests.generate.files import Files
from tests.testbed.cache import ROOT

SOURCE = "job_runner/engines/remote/protocol.proto"


def files(scratch: Path) -> Files:
    """By their paths below the repository's root. Writes below `scratch` alone."""
    into = scratch / "protocol"
    into.mkdir()
    flags = [f"--proto_path={ROOT}", f"--python_out={into}", f"--pyi_out={into}"]
    if code := protoc.main(["protoc", *flags, SOURCE]):
        raise RuntimeError(f"protoc {SOURCE} ended with {code}; it has said why")
    found = sorted(path for path in into.rglob("*") if path.is_file())
    return {path.relative_to(into).as_posix(): path.read_text("utf-8") for path in found}
