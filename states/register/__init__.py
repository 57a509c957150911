"""Reading an office's own register (台账) and unit directory (单位名录): what the sheets say, nothing more.

`rows.read_register` and `directory.read_directory` take sheets that were opened elsewhere and give frozen
readings: every row with its matter, its problems and a suggestion for each. Nothing here opens a file or asks
a clock.
"""
