"""Arrays in, arrays out. No PyAV, no files, no clock."""
