"""Whether there is a GPU: what NVIDIA's driver says, asked without any library of ours."""

import ctypes

DRIVER = "libcuda.so.1"
_CAPABILITIES = "NVIDIA_DRIVER_CAPABILITIES=compute,utility,video gives it to a container"


def missing_gpu() -> str | None:
    """Why there is none, if there is none."""
    driver = loaded(DRIVER)
    if isinstance(driver, str):
        return driver
    if code := driver.cuInit(0):
        return f"the driver does not begin (cuInit says {code})"
    count = ctypes.c_int()
    if code := driver.cuDeviceGetCount(ctypes.byref(count)):
        return f"the driver does not count (cuDeviceGetCount says {code})"
    return None if count.value else "the driver knows none"


def loaded(library: str) -> ctypes.CDLL | str:
    """A library of the driver, or why it cannot be had."""
    try:
        return ctypes.CDLL(library)
    except OSError as error:
        return f"{library} cannot be loaded ({str(error).removeprefix(library + ': ')}); {_CAPABILITIES}"
