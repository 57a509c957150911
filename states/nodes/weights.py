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


def kept_to(parts: Sequence[int], whole: int) -> tuple[int, ...]:
    """The same for parts that may become smaller: none of them becomes nothing."""
    if not parts:
        return ()
    more = [one - 1 for one in parts] if sum(parts) > len(parts) else parts
    return tuple(1 + one for one in shared(more, whole - len(parts)))


def check_borne(title: str, weight: int, *, of: int, by: Sequence[int]) -> None:
    """Refuse a weight in the place `of` another whose difference cannot be borne `by` these.

    Raises `FactInvalid` (`weights_wrong`).
    """
    most = of + sum(by) - len(by)
    if not by:
        raise _wrong(
            f"只有节点“{title}”一个，权重即为{of}%；要增加节点的，请重新倒排节点（plan-nodes）。", of
        )
    if not 1 <= weight <= most:
        raise _wrong(
            f"节点“{title}”的权重须为1至{most}的整数：各节点合计不变，分担差额的节点每个至少占1%。", most
        )


def _wrong(message: str, whole: int) -> FactInvalid:
    return FactInvalid(message, code="weights_wrong", expected=whole)
