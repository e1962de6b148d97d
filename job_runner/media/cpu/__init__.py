"""The CPU as a device: frames are PyAV's, scaled by FFmpeg's filters, drawn on with NumPy."""
