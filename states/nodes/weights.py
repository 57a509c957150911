"""The weights of milestones: whole percents that always add to the whole."""

from collections.abc import Sequence

from states.errors import FactInvalid


def checked_weights(given: Sequence[int | None], whole: int) -> tuple[int, ...]:
    """The weights as given, or equal shares where none is. They add to `whole`: 100 less what is reached.

    Raises `FactInvalid` (`weights_wrong`).
    """
    left = f"（另有已完成节点占{100 - whole}%）" if whole < 100 else ""
    if whole < len(given):
        raise _wrong(f"可分配的权重只有{whole}%{left}，不够{len(given)}个节点各占一份。", whole)
    weights = [one for one in given if one is not None]
    if not weights:
        return shared([1] * len(given), whole)
    if len(weights) < len(given):
        raise _wrong("权重要么每个节点都写，要么都不写（平均分配）。", whole)
    if min(weights) < 1 or sum(weights) != whole:
        raise _wrong(f"各节点的权重须为正整数，合计{whole}%{left}，现为{sum(weights)}%。", whole)
    return tuple(weights)


def shared(parts: Sequence[int], whole: int) -> tuple[int, ...]:
    """The whole in proportion to the parts, in whole percents; what is left goes to the largest rests."""
    total = sum(parts)
    shares = [whole * part // total for part in parts]
    by_rest = sorted(range(len(parts)), key=lambda place: -(whole * parts[place] % total))
    for place in by_rest[: whole - sum(shares)]:
        shares[place] += 1
    return tuple(shares)


def _wrong(message: str, whole: int) -> FactInvalid:
    return FactInvalid(message, code="weights_wrong", expected=whole)
