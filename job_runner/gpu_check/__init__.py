"""`spotreel gpu-check`: what a GPU does here, check by check, for people who have one. docs/gpu.md explains its table.

A check is a file: its subjects, and what is found of one. All of them also run with the CPU in the device's place.
"""
