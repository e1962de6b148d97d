"""The driver, its libraries, and ours."""

import ctypes
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from job_runner.gpu_check.check import Check
from job_runner.gpu_check.found import Found, NotHereError, verdict
from job_runner.gpu_check.ground import Ground
from job_runner.gpu_check.presence import loaded
from job_runner.media.fingerprint import software

LEAST_DRIVER = 570
"""FFmpeg in PyAV's wheel asks for NVENC's interface of this driver."""
MANAGEMENT = "libnvidia-ml.so.1"
LIBRARIES = ("libcuda.so.1", "libnvcuvid.so.1", "libnvidia-encode.so.1")
_TEXT = 96


def find(subject: str, ground: Ground) -> Found:
    """By name of a library of the driver's, or of what is said of it."""
    if subject in _OURS:
        return _OURS[subject]()
    if ground.stands_in:
        raise NotHereError("the CPU stands in for the GPU")
    return _DRIVERS[subject]() if subject in _DRIVERS else library(subject)


def library(name: str) -> Found:
    """Whether it can be loaded."""
    found = loaded(name)
    return verdict(False, found) if isinstance(found, str) else verdict(True, "loaded")


def driver(text: str) -> Found:
    """Of a version such as 570.86.15."""
    old = int(text.split(".")[0]) < LEAST_DRIVER
    remedy = f", and {LEAST_DRIVER} is the least for NVENC: install a newer driver on the node" if old else ""
    return verdict(not old, text + remedy, version=text)


def _driver() -> Found:
    return driver(_said("nvmlSystemGetDriverVersion"))


def _gpu() -> Found:
    """Of the first one: a runner has one."""
    management = _management()
    handle, name = ctypes.c_void_p(), ctypes.create_string_buffer(_TEXT)
    _done(management.nvmlDeviceGetHandleByIndex_v2(0, ctypes.byref(handle)), "nvmlDeviceGetHandleByIndex_v2")
    _done(management.nvmlDeviceGetName(handle, name, _TEXT), "nvmlDeviceGetName")
    text = name.value.decode(errors="replace")
    return verdict(True, text, name=text)


def _said(function: str) -> str:
    text = ctypes.create_string_buffer(_TEXT)
    _done(getattr(_management(), function)(text, _TEXT), function)
    return text.value.decode(errors="replace")


def _management() -> ctypes.CDLL:
    found = loaded(MANAGEMENT)
    if isinstance(found, str):
        raise NotHereError(found)
    _done(found.nvmlInit_v2(), "nvmlInit_v2")
    return found


def _done(code: int, function: str) -> None:
    if code:
        raise NotHereError(f"{function} says {code}")


def _torch() -> Found:
    try:
        text = version("torch")
    except PackageNotFoundError:
        raise NotHereError("torch is not installed; the image runner-gpu has it, or the extra spotreel[gpu]") from None
    return verdict(True, text, version=text)


def _pyav() -> Found:
    versions = software()
    return verdict(True, f"PyAV {versions['av']}, FFmpeg {versions['ffmpeg']}", **{k: versions[k] for k in _SAID})


_SAID = ("av", "ffmpeg", "numpy", "pillow")
_OURS: dict[str, Callable[[], Found]] = {"torch": _torch, "FFmpeg": _pyav}
_DRIVERS: dict[str, Callable[[], Found]] = {"driver": _driver, "GPU": _gpu}

CHECK = Check("libraries", (*_DRIVERS, *LIBRARIES, *_OURS), find)
