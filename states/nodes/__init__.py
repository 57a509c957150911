"""The milestones (节点) of a matter: planned back from its final date, moved with it, held against 序时进度.

Planning, moving and judging are pure and have a file each; the facts of a case hold the values alone.
"""

from states.nodes.node import Node, in_plan, still_open

__all__ = ["Node", "in_plan", "still_open"]
