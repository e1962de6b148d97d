"""Which device renders an output: the one place that chooses."""

from typing import Any

from job_runner.media.cpu.device import CpuDevice
from job_runner.media.device import Device
from job_runner.plan.output import OutputPlan
from job_runner.plan.plan import Plan


def device_of(plan: Plan, output: OutputPlan) -> Device[Any]:
    """A new one for each worker. There is one kind: the CPU."""
    return CpuDevice(plan, output)
