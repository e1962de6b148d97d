"""All checks, in order: decoders before torch, which makes a CUDA context of its own."""

from job_runner.gpu_check import decoding, drawing, encoding, handover, libraries, rendering, seeking, speed

CHECKS = (
    libraries.CHECK,
    decoding.CHECK,
    seeking.CHECK,
    handover.CHECK,
    drawing.CHECK,
    encoding.CHECK,
    rendering.CHECK,
    speed.CHECK,
)
