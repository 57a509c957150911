"""The clocks of a case: 签收, 方案, 办理, 反馈, 函询回复, each an interval with its pauses."""

from states.clocks.clock import Clock, Pause, from_json, to_json
from states.clocks.standing import Standing, standing

__all__ = ["Clock", "Pause", "Standing", "from_json", "standing", "to_json"]
