"""The demonstration: half a year of an invented office, played day by day through the real services.

A door like the others: it calls services and tells what came of it. It has a database and a mail catcher of
its own, whatever the environment says.
"""

from workflow.demo.play import play
from workflow.demo.standing import clock_from, standing
from workflow.demo.tell import tell

__all__ = ["clock_from", "play", "standing", "tell"]
