"""What models run on, by the names that plans and reports have."""

CPU, CUDA = "CPU", "CUDA"
