"""Reading an office's own register (台账) and unit directory (单位名录): what the sheets say, nothing more.

`read_register` and `read_directory` take sheets that were opened elsewhere and give frozen readings: every
row with its matter, its problems and a suggestion for each. Nothing here opens a file or asks a clock.
"""

from states.register.directory import read_directory
from states.register.matter import MatterRecord, fingerprint
from states.register.problems import Problem, Verdict
from states.register.rows import RegisterReading, RowReading, Skipped, read_register
from states.register.sheet import Formula, Row, Sheet
from states.register.units import Directory, GroupRecord, UnitReading, UnitRecord

__all__ = [
    "Directory",
    "Formula",
    "GroupRecord",
    "MatterRecord",
    "Problem",
    "RegisterReading",
    "Row",
    "RowReading",
    "Sheet",
    "Skipped",
    "UnitReading",
    "UnitRecord",
    "Verdict",
    "fingerprint",
    "read_directory",
    "read_register",
]
