"""Every pinned library has a wheel for each platform that docs/support.md names, with a hash that is pinned.

uv asks the package index; no wheel is fetched.
"""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.testbed.cache import ROOT

PINNED = ("operator", "runner", "runner-gpu", "build")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES = ("x86_64", "aarch64")
GLIBC = "manylinux_2_28"
"""Older than that of the images' Debian."""
UV = Path(sys.executable).with_name("uv")


def file(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.txt"


def uv(*words: str) -> "subprocess.CompletedProcess[str]":
    found = subprocess.run([str(UV), "pip", *words], capture_output=True, text=True)
    if "error sending request" in found.stderr and not os.environ.get("SPOTREEL_REQUIRE"):
        pytest.skip("the package index cannot be reached")
    return found


def installed(name: str, python: str, platform: str, target: Path) -> "subprocess.CompletedProcess[str]":
    """What would be, of wheels alone. A dry run does not look at hashes."""
    flags = ["--dry-run", "--no-deps", "--only-binary", ":all:", "--target", str(target)]
    return uv("install", *flags, "--python-platform", platform, "--python-version", python, "-r", str(file(name)))


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", PINNED)
def test_wheels(tmp_path: Path, name: str, python: str, machine: str) -> None:
    found = installed(name, python, f"{machine}-{GLIBC}", tmp_path)
    assert found.returncode == 0 and "Would install" in found.stderr, found.stderr


def test_a_wheel_that_is_missing_is_told(tmp_path: Path) -> None:
    found = installed("runner", "3.11", "riscv64-unknown-linux", tmp_path)
    assert found.returncode and "no usable wheels" in found.stderr, found.stderr


@pytest.mark.parametrize("name", PINNED)
def test_the_hash_of_every_wheel_is_pinned(tmp_path: Path, name: str) -> None:
    lock = tmp_path / "pylock.toml"
    made = uv("compile", "--no-deps", "--universal", "--python-version", PYTHONS[0], "-o", str(lock), str(file(name)))
    assert made.returncode == 0, made.stderr
    packages = tomllib.loads(lock.read_text())["packages"]
    assert len(packages) == len(re.findall(r"^\S+==", file(name).read_text(), re.MULTILINE))
    pinned = set(re.findall(r"sha256:([0-9a-f]{64})", file(name).read_text()))
    wheels = {wheel["url"]: wheel["hashes"]["sha256"] for package in packages for wheel in package["wheels"]}
    assert wheels and not {url for url, digest in wheels.items() if digest not in pinned}
