"""What is known of a VideoJob at one moment: plain values, read from raw objects. No decision, no I/O."""
