"""Looking a laid-out paper over before it is kept: what was printed must be a whole official paper.

Bytes in, a report out. Typst can print pages without glyphs and say nothing, and a paper is kept for good, so
its faults must be found first. Never writes anything and never runs what is in a file.
"""

from notifications.inspection.examining import examine
from notifications.inspection.reading import PaperUnreadable
from notifications.inspection.verdict import Item, Report, Verdict

__all__ = ["Item", "PaperUnreadable", "Report", "Verdict", "examine"]
