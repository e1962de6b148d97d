"""The product's own images, built by buildah from the product's own Dockerfiles, as OCI archives in the cache.

No registry is reached but those of packages, so the base image is Debian's, made by mmdebstrap.
"""

import os
import shutil
import subprocess
from pathlib import Path

from tests.testbed import cache
from tests.testbed.cache import ROOT, Say, kept
from tests.testbed.host.runtime import PAUSE

REGISTRY, TAG = "docker.io/spotreel", "e2e"
BASES = {
    "base": ("essential", "python3,libstdc++6,ca-certificates,libfribidi0"),
    "build-base": ("minbase", "python3,python3-pip,ca-certificates"),
}
_DPKG = [f"--dpkgopt=path-exclude=/usr/share/{what}/*" for what in ("doc", "man", "locale")]
_PERL = 'rm -rf "$1"/usr/share/perl "$1"/usr/lib/*/perl'
"""Needed by Debian's installation scripts only."""

_APT = '--aptopt=APT::Install-Recommends "false"'
_SOURCES = (
    "crds/videojob_api",
    "operator",
    "job_runner",
    "requirements",
    "pyproject.toml",
    ".dockerignore",
    "k8s/images.sh",
)


def product(image: str, say: Say = print) -> Path:
    """The OCI archive of `operator` or `runner`."""
    digest = cache.digest("".join(_read(ROOT / source) for source in _SOURCES) + str(BASES))
    return kept(f"image-{image}-{digest}", lambda into: _build(image, into, say)) / "image.tar"


def pause(say: Say = print) -> Path:
    """What holds a pod's namespaces: a static busybox that sleeps."""

    def make(into: Path) -> None:
        context = into / "context"
        context.mkdir()
        shutil.copy("/bin/busybox", context / "busybox")
        (context / "Dockerfile").write_text(
            'FROM scratch\nCOPY busybox /bin/busybox\nENTRYPOINT ["/bin/busybox", "sleep", "2147483647"]\n'
        )
        buildah("build", "--quiet", "--tag", PAUSE, str(context))
        buildah("push", "--quiet", PAUSE, f"oci-archive:{into}/image.tar:{PAUSE}")

    return kept("image-pause", make) / "image.tar"


def scripted(name: str, script: str) -> Path:
    """A runner that does what a shell script says, for misbehaving: busybox, and the script as `spotreel`."""

    def make(into: Path) -> None:
        context = into / "context"
        context.mkdir()
        shutil.copy("/bin/busybox", context / "busybox")
        command = context / "spotreel"
        command.write_text(f'#!/bin/busybox sh\nsleep() {{ /bin/busybox sleep "$@"; }}\n{script}\n')
        command.chmod(0o755)
        (context / "Dockerfile").write_text("FROM scratch\nCOPY busybox spotreel /bin/\nENV PATH=/bin\n")
        tag = f"docker.io/test/{name}:e2e"
        buildah("build", "--quiet", "--tag", tag, str(context))
        buildah("push", "--quiet", tag, f"oci-archive:{into}/image.tar:{tag}")

    return kept(f"image-test-{name}-{cache.digest(script)}", make) / "image.tar"


def _read(path: Path) -> str:
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file() and p.suffix != ".pyc")
    return "".join(f"{file.name}\0{file.read_text()}" for file in files)


def _base(name: str, say: Say) -> str:
    """A Debian with Python, as an image in buildah's store; its tar is kept."""
    variant, packages = BASES[name]
    command = ["mmdebstrap", f"--variant={variant}", f"--include={packages}", _APT, *_DPKG, f"--customize-hook={_PERL}"]

    def make(into: Path) -> None:
        say(f"making the {name} image from Debian's packages (half a minute)")
        cache.run_long([*command, "bookworm", str(into / "base.tar")], into, dict(os.environ), say)
        (into / "Dockerfile").write_text("FROM scratch\nADD base.tar /\n")

    folder = kept(f"debian-{name}-{cache.digest(str(command))}", make)
    tag = f"localhost/spotreel-{folder.name}"
    if tag not in buildah("images", "--format", "{{.Name}}"):
        buildah("build", "--quiet", "--tag", tag, str(folder))
    return tag


def _build(image: str, into: Path, say: Say) -> None:
    settings = {"BASE": _base("base", say), "BUILD_BASE": _base("build-base", say)}
    say(f"building the {image} image with buildah (half a minute)")
    # This machine's certificates, should the package registry be behind a proxy of its own.
    flags = "--quiet --layers --volume /etc/ssl/certs:/etc/ssl/certs:ro"
    environment = {"BUILDER": "buildah", "BUILD_FLAGS": flags, "IMAGES": image, "REGISTRY": REGISTRY, "TAG": TAG}
    cache.run_long(
        [str(ROOT / "k8s" / "images.sh")], ROOT, {**os.environ, **_storage(), **environment, **settings}, say
    )
    name = f"{REGISTRY}/{image}:{TAG}"
    buildah("push", "--quiet", name, f"oci-archive:{into}/image.tar:{name}")


def _storage() -> dict[str, str]:
    """buildah's own settings: its store lies in the cache, and a build needs no container runtime."""
    folder = cache.folder() / "buildah"
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "storage.conf"
    config.write_text(f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/root"\nrunroot = "{folder}/run"\n')
    return {"CONTAINERS_STORAGE_CONF": str(config), "BUILDAH_ISOLATION": "chroot"}


def buildah(*arguments: str) -> str:
    """Runs buildah on the cache's own store; raises RuntimeError with what it said."""
    result = subprocess.run(
        ["buildah", *arguments],
        env={**os.environ, **_storage()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise RuntimeError(f"buildah {' '.join(arguments)}: {result.stderr.strip()}")
    return result.stdout
