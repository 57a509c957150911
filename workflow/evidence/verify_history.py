#!/usr/bin/env python3
"""Check an exported history with nothing but this file and Python 3.9 or newer; --help names the options.

The format is in evidence-format.md. Keep checkpoints elsewhere, and the public key on paper, to compare with.
Exit 0: all holds. 1: changed, each finding is named. 2: it cannot be told, and why.
"""

import argparse
import hashlib
import hmac
import json
import re
import sys
from datetime import datetime, timedelta
from pathlib import Path

FORMAT, JOURNAL, NOTHING, TOLERANCE = "duban-history/1", "office", "0" * 64, 600_000_000
AT = {"case": "{}", "seq": "第{}条", "position": "（位置{}）", "file": "（{}）", "checkpoint": "第{}号检查点"}
KINDS, VERDICTS = ("header", "checkpoint", "entry", "state", "end"), ("clean", "tampered", "cannot_tell")
WORDS = "verdict 结论 message 原因 entries 记载 unsealed 尚未封存 unkeyed 未用密钥核验 public_key 签名公钥"
WORDS = dict(one.split() for one in re.findall(r"\S+ \S+", WORDS + " anchored 已与外部检查点比对"))
SPOKEN = {"clean": "未见篡改", "tampered": "发现篡改", "cannot_tell": "无法判断", "True": "是", "False": "否"}
ENTRY, PERSONAL, CHECKPOINT = b"duban/entry/1\0", b"duban/personal/1\0", b"duban/checkpoint/1\0"
FIELDS = (
    r"duban-checkpoint/1\norigin: (?P<origin>HASH)\nnumber: (?P<number>NUM)\nepoch: (?P<epoch>NUM)\n"
    r"algorithm: (?P<algorithm>[a-z0-9]+)\nfirst: (?P<first>NUM)\nsize: (?P<size>NUM)\nroot: (?P<root>HASH)\n"
    r"time: (?P<time>.+)\nprevious: (?P<previous>HASH)\nkey: (?P<key>HASH)\nsignature: (?P<sign>HASH{2})\n"
)
FORM = FIELDS.replace("HASH", "(?:[0-9a-f]{64})").replace("NUM", "(?:0|[1-9][0-9]{0,17})")
PRIME, ORDER, BASE = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493, b"X" + b"f" * 31
CURVE, ROOT_OF_MINUS_ONE = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME, pow(2, (PRIME - 1) // 4, PRIME)


class CannotTell(Exception):
    """It cannot be judged: no export, or of a kind this program or this machine does not know."""


def digest(algorithm, data):
    if algorithm not in ("sha256", "sm3") or algorithm not in hashlib.algorithms_available:
        raise CannotTell(f"不认识或本机没有算法“{algorithm[:16]}”，请换用装有OpenSSL 3的Python")
    return hashlib.new(algorithm, data).digest()


class Tree:
    """A Merkle tree (RFC 9162, 2.1) that grows by leaf hashes and keeps its complete subtrees' roots."""

    def __init__(self, algorithm):
        self.algorithm, self.size, self.peaks = algorithm, 0, []

    def add(self, node):
        self.size += 1
        for _ in range((self.size & -self.size).bit_length() - 1):
            node = digest(self.algorithm, b"\1" + self.peaks.pop() + node)
        self.peaks.append(node)

    def root(self):
        node = self.peaks[-1] if self.peaks else digest(self.algorithm, b"")
        for peak in self.peaks[-2::-1]:
            node = digest(self.algorithm, b"\1" + peak + node)
        return node


def proved_root(one, node, place, path):
    """The root an inclusion proof leads to, None where it is too short or too long (RFC 9162, 2.1.3.2)."""
    last = one.size - 1
    for other in path:
        if last == 0:
            return None
        on_the_right = place & 1 or place == last
        node = digest(one.algorithm, b"\1" + (other + node if on_the_right else node + other))
        while on_the_right and place and not place & 1:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    return node if last == 0 else None


def added(one, other):
    """The sum of two points of Ed25519's curve, in extended coordinates (RFC 8032, 5.1.4)."""
    a, b = (one[1] - one[0]) * (other[1] - other[0]), (one[1] + one[0]) * (other[1] + other[0])
    c, d = 2 * one[3] * other[3] * CURVE, 2 * one[2] * other[2]
    e, f, g, h = (b - a) % PRIME, (d - c) % PRIME, (d + c) % PRIME, (b + a) % PRIME
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def times(number, point):
    half = times(number >> 1, added(point, point)) if number > 1 else (0, 1, 1, 0)
    return added(half, point) if number & 1 else half


def point_of(data):
    """The point these 32 bytes stand for, None if they stand for none (5.1.3)."""
    y, sign = int.from_bytes(data, "little") & (1 << 255) - 1, data[31] >> 7
    square = (y * y - 1) * pow(CURVE * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    x = x if (x * x - square) % PRIME == 0 else x * ROOT_OF_MINUS_ONE % PRIME
    if y >= PRIME or (x * x - square) % PRIME or (x == 0 and sign):
        return None
    x = PRIME - x if x & 1 != sign else x
    return x, y, 1, x * y % PRIME


def is_signed(public, message, signature):
    """Whether the signature is the key's (5.1.7)."""
    key, start, scalar = point_of(public), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or start is None or scalar >= ORDER:
        return False
    said = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = times(scalar, point_of(BASE)), added(start, times(said, key))
    return all((left[at] * right[2] - right[at] * left[2]) % PRIME == 0 for at in (0, 1))


def micros(stamp):
    """An instant in microseconds since 1970; there is one way to write it."""
    moment = datetime.fromisoformat(stamp[:-1])
    if moment.isoformat(timespec="microseconds") + "Z" != stamp:
        raise ValueError("时间不是规定的写法")
    return (moment - datetime(1970, 1, 1)) // timedelta(microseconds=1)  # noqa: DTZ001


def once(pairs):
    if len(dict(pairs)) != len(pairs):
        raise ValueError("有重复的名称")
    return dict(pairs)


def parsed(text):
    """A JSON object in which no name stands twice."""
    return typed({"it": json.loads(text, object_pairs_hook=once)}, it=dict)[0]


def typed(told, **kinds):
    """The values of these names, each of its type."""
    if type(told) is not dict or any(type(told.get(name)) is not kind for name, kind in kinds.items()):
        raise ValueError(f"缺少{'、'.join(kinds)}之一，或其类型不对")
    return [told[name] for name in kinds]


class Checkpoint:
    """A checkpoint by its text; `end` is how many entries of the whole log are sealed with it."""

    def __init__(self, text):
        form = re.fullmatch(FORM, text)
        if form is None:
            raise ValueError("检查点不是规定的格式")
        self.__dict__.update(form.groupdict())
        self.number, self.epoch = int(self.number), int(self.epoch)
        self.first, self.size, self.micros = int(self.first), int(self.size), micros(self.time)
        self.text, self.end = text, self.first + self.size
        self.hash = digest(self.algorithm, CHECKPOINT + text.encode()).hex()
        self.signed = text[: text.rindex("signature: ")].encode()


class Export:
    """An export on its way through every check; `findings` holds what does not agree, as it was found."""

    def __init__(self, outside, pinned, keys):
        self.outside, self.pinned, self.keys = outside, pinned, keys
        self.findings, self.checkpoints, self.signers, self.rotations, self.explained = [], [], [], [], []
        self.anchored = self.ended = self.whole = False
        self.last, self.epochs, self.resumed, self.left = (NOTHING, 0, 0, 0), [], {}, set()
        self.chains, self.facts, self.case, self.entries, self.unsealed, self.unkeyed = {}, {}, None, 0, 0, 0

    def expect(self, holds, code, message, where):
        """Note a finding where something does not hold; whether it does."""
        if not holds:
            place = "".join(words.format(where[name]) for name, words in AT.items() if name in where)
            self.findings.append({"code": code, "message": place + message, **where})
        return holds

    def read(self, path):
        """Every line, and then what only the whole shows."""
        running, number, self.length = hashlib.sha256(), 0, path.stat().st_size
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                try:
                    self.line(number, parsed(raw), running.hexdigest)
                except (ValueError, TypeError, RecursionError) as fault:
                    if number == 1:
                        raise CannotTell("这不是导出的历史文件，或文件头不完整") from None
                    self.expect(False, "line_malformed", f"第{number}行不合格式：{fault}", {"line": number})
                running.update(raw)
        self.expect(self.ended, "cut_off", "没有结尾行：文件末尾被截去，或传送不完整", {"line": number})
        self.close(None)
        self.judge_outside()
        self.judge_signers()
        self.judge_log(self.epochs if self.whole else [])

    def line(self, number, told, running):
        kind, where = told.get("type"), {"line": number}
        if self.ended or kind not in KINDS or (kind == "header") != (number == 1):
            raise ValueError("这一行不该在这里")
        if kind != "end":
            return getattr(self, kind)(told, where)
        self.ended, same = True, typed(told, lines=int, sha256=str) == [number - 1, running()]
        return self.expect(same, "file_changed", "与结尾行的摘要不符：导出之后被改动", where)

    def header(self, told, where):
        kinds = {"format": str, "origin": str, "scope": str, "sealed": int, "epochs": list}
        written, self.origin, scope, self.sealed, epochs = typed(told, **kinds)
        if written != FORMAT:
            raise CannotTell(f"导出格式“{written[:32]}”不是{FORMAT}，请用相应版本的核验程序")
        self.whole, self.only = scope == "all", told.get("case")
        self.epochs = [tuple(typed(one, algorithm=str, first=int)) for one in epochs]
        firsts = [*(first for _, first in self.epochs), self.sealed]
        too_many = self.whole and self.sealed * 300 > self.length
        if firsts[0] or firsts != sorted(firsts) or not self.epochs or too_many:
            raise ValueError("分段不完整、顺序不对，或封存条数多于文件可能容纳的条数")
        self.leaves, self.moments = bytearray(32 * self.sealed), [0] * self.sealed

    def checkpoint(self, told, where):
        one, (previous, *reach) = Checkpoint(*typed(told, text=str)), self.last
        where["checkpoint"], self.last = one.number, (one.hash, one.end, one.epoch, one.micros)
        forward = all(map(int.__le__, reach, (one.end, one.epoch, one.micros + TOLERANCE)))
        self.expect(forward, "checkpoint_went_back", "比前一个旧：历史曾被截短", where)
        self.expect(one.previous == previous, "checkpoints_unlinked", "与前一个不衔接：被替换", where)
        self.judge(one, where)
        self.checkpoints.append(one)

    def judge(self, one, where):
        """A checkpoint by itself; whether it may be relied on."""
        same = self.epochs[one.epoch - 1 : one.epoch] == [(one.algorithm, one.first)]
        ours = self.expect(one.origin == self.origin, "foreign_checkpoint", "属于另一套系统", where)
        same = self.expect(same, "epoch_differs", "的算法或分段与文件头不符：疑似降级", where)
        self.expect(one.end <= self.sealed, "older_copy", "封存的条数多于导出：是旧副本，或末尾被删", where)
        signed = is_signed(bytes.fromhex(one.key), one.signed, bytes.fromhex(one.sign))
        return self.expect(signed, "signature_forged", "的签名不成立", where) and ours and same

    def entry(self, told, where):
        """One entry: its bytes, its link, the words beside it, its code, its place in the log."""
        kinds = dict.fromkeys(("payload", "previous", "hash", "code", "key_id", "algorithm"), str)
        text, previous, own, code, key_id, algorithm = typed(told, **kinds)
        payload, position = parsed(text), told.get("position")
        kinds = {"case": str, "seq": int, "kind": str, "recorded_at": str, "set": dict, "details": dict}
        case, seq, kind, recorded, changes, details = typed(payload, **kinds)
        where = {"case": case, "seq": seq, "position": position, **where}
        hashed = digest(algorithm, ENTRY + "\0".join((algorithm, text, previous)).encode()).hex()
        self.expect(hashed == own, "entry_changed", "与其哈希不符：该条记载被改动", where)
        self.link(previous, own, micros(recorded), where)
        self.facts.update(changes)
        if told.get("words") is not None:
            said = PERSONAL + "\0".join(typed(told["words"], salt=str, text=str)).encode()
            same = digest(algorithm, said).hex() == payload.get("personal")
            self.expect(same, "words_changed", "的文字与其哈希不符：理由、意见等被改动", where)
        self.follow(kind, details, key_id, where)
        leaf = bytes.fromhex(own + code)
        if leaf.hex() != own + code or [len(own), len(code)] != [64, 64]:
            raise ValueError("哈希值不是规定的写法")
        key, self.unkeyed = self.keys.get(key_id), self.unkeyed + (key_id not in self.keys)
        same = key is None or hmac.new(key, own.encode(), algorithm).hexdigest() == code
        self.expect(same, "forged", "的密钥校验码不符：不是该系统写入", where)
        self.place(told, algorithm, leaf, where)
        self.entries += 1

    def link(self, previous, own, moment, where):
        """A chain begins at 1; what an excerpt brings of the journal is proved by the log alone."""
        case, seq = where["case"], where["seq"]
        if case != self.case:
            self.close(case)
        last, head, before = self.chains.get(case, (0, NOTHING, moment))
        if self.whole or case == self.only:
            self.expect(seq == last + 1, "entry_missing", "之前缺少记载：被删除、插入或重排", where)
            self.expect(previous == head, "chain_broken", "与前一条不衔接：历史被改动、删除或重排", where)
        self.expect(moment >= before, "time_order", "的记载时间早于前一条：疑似补写", where)
        same = (case, seq) != (JOURNAL, 1) or own == self.origin
        self.expect(same, "origin_differs", "与文件头不符：不是同一套系统的历史", where)
        self.chains[case] = (seq, own, moment)

    def follow(self, kind, details, key_id, where):
        """Keys are announced, and replaced, by entries of the journal."""
        place, former = self.sealed if where["position"] is None else where["position"], details.get("former")
        replaced = any(place > since and key_id == one for since, one in self.rotations)
        self.expect(not replaced, "old_key_used", "用了已更换的密钥：疑似伪造", where)
        self.rotations += [(place, former)] if where["case"] == JOURNAL and kind == "key_rotated" else []
        if where["case"] == JOURNAL and kind in ("signing_key_announced", "signing_key_rotated"):
            self.signers.append((place, former, details.get("public")))
        if where["case"] == JOURNAL and kind == "branch_left":
            last, onward, left = typed(details, last_common=int, next=int, left=dict)
            self.resumed[last], self.left = onward, self.left.union(left)

    def place(self, told, algorithm, leaf, where):
        """What stands at a place of the log; an excerpt's entries are proved by their paths instead."""
        position = where["position"]
        if position is not None and (type(position) is not int or not 0 <= position < self.sealed):
            raise ValueError("位置超出总账")
        due = [name for name, first in self.epochs if position is None or first <= position][-1]
        self.expect(algorithm == due, "algorithm_mixed", "的算法与所在分段不符：疑似降级", where)
        node = digest(due, b"\0" + leaf)
        if position is None:
            self.unsealed += 1
        elif self.whole:
            self.expect(not self.moments[position], "position_twice", "的位置已有记载：条目被重复", where)
            self.moments[position] = self.chains[where["case"]][2]
            self.leaves[32 * position : 32 * position + 32] = node
        else:
            self.prove(told, position, node, where)

    def prove(self, told, position, node, where):
        number, proof = typed(told, checkpoint=int, proof=list)
        one = next((one for one in self.checkpoints if one.number == number), None)
        if one is None or not one.first <= position < one.end:
            raise ValueError("所指的检查点没有封存这一条")
        root = proved_root(one, node, position - one.first, map(bytes.fromhex, proof))
        self.expect(root == bytes.fromhex(one.root), "proof_wrong", "不在所指检查点封存的历史中", where)

    def state(self, told, where):
        """The register's row is what the entries of its matter add up to."""
        case, seq, head, facts = typed(told, case=str, seq=int, head=str, facts=dict)
        if case != self.case:
            raise ValueError("台账行不在其记载之后")
        where, self.case, same = {"case": case, **where}, None, self.chains[case][:2] == (seq, head)
        self.expect(same, "row_head_differs", "的台账行与最后一条记载不符：末尾被删或台账被改", where)
        names = sorted({**self.facts, **facts})
        names = [one for one in names if (self.facts.get(one) or None) != (facts.get(one) or None)]
        self.expect(not names, "row_changed", f"的台账行与历史不符（{'、'.join(names)}）：台账被改动", where)

    def close(self, case):
        """The entries of a matter stand together, and its row behind them."""
        self.expect(self.case in (None, JOURNAL), "row_missing", "没有台账行：被删除", {"case": self.case})
        self.case, self.facts = case, {}

    def judge_outside(self):
        """Checkpoints kept elsewhere are in the export, or named by the journal as left behind."""
        mine = {one.text for one in self.checkpoints}
        for name, text in self.outside:
            one = Checkpoint(text)
            where = {"checkpoint": one.number, "file": name}
            if one.hash in self.left:
                self.explained.append(name)
                continue
            self.anchored |= self.judge(one, where)
            self.expect(text in mine, "checkpoint_replaced", "不在导出之中：历史被重写或截短", where)

    def judge_signers(self):
        """Each checkpoint has its number, and is signed by the key announced, or one handed on to."""
        allowed, number = {public for _, former, public in self.signers if former is None}, 0
        for one in self.checkpoints:
            allowed, where = allowed or {one.key}, {"checkpoint": one.number}
            due, number = (number + 1, self.resumed.get(number)), one.number
            self.expect(number in due, "checkpoint_missing", "之前缺少检查点：被删除或重排", where)
            self.expect(one.key in allowed, "key_changed", "的签名公钥未经原密钥交接", where)
            allowed = {new for at, old, new in self.signers if old in allowed and at < one.end} or allowed
        own = not self.pinned or any(one.key in self.pinned for one in self.checkpoints)
        self.expect(own, "key_foreign", "没有一个检查点是用所给公钥签发的：不是该系统的历史", {})

    def judge_log(self, epochs):
        """Every place is filled, time does not run back, each checkpoint's root is the root at its size."""
        lasts, latest, passed = [*(first for _, first in self.epochs[1:]), self.sealed], 0, False
        for number, (algorithm, first) in enumerate(epochs, start=1):
            due = sorted((one for one in self.checkpoints if one.epoch == number), key=lambda one: -one.end)
            tree = Tree(algorithm)
            for place in range(first, lasts[number - 1] + 1):
                while due and due[-1].end <= place:
                    one, passed, where = due[-1], True, {"checkpoint": due.pop().number}
                    self.expect(tree.root().hex() == one.root, "root_differs", "所封存的历史被改动", where)
                    in_time, latest = one.micros >= latest - TOLERANCE, max(one.micros, latest)
                    self.expect(in_time, "log_time_order", "早于它所封存的记载", where)
                if place < lasts[number - 1]:
                    moment, where = self.moments[place], {"position": place}
                    self.expect(moment, "position_missing", "没有记载：条目被删除", where)
                    early, latest = passed and 0 < moment < latest - TOLERANCE, max(moment, latest)
                    self.expect(not early, "log_time_order", "的时间早于它之前的记载：疑似补写", where)
                    tree.add(bytes(self.leaves[32 * place : 32 * place + 32]))


def judged(args):
    """What the checks come to, as a document."""
    try:
        paths = (sorted(one.glob("*.txt")) if one.is_dir() else [one] for one in args.checkpoints)
        outside = [(one.name, one.read_text(encoding="utf-8")) for each in paths for one in each]
        keys = map(bytes.fromhex, args.key_file.read_text().split() if args.key_file else [])
        named = {hashlib.sha256(b"duban/key-id\0" + key).hexdigest()[:16]: key for key in keys}
        (pinned,) = re.findall("^(?:[0-9a-f]{64})*$", "".join("".join(args.public_key).lower().split()))
        export = Export(outside, re.findall(".{64}", pinned), named)
        export.read(args.export)
    except (CannotTell, OSError, ValueError) as error:
        said = str(error) if isinstance(error, CannotTell) else "所给的文件或公钥无法读取，请核对"
        return {"verdict": VERDICTS[2], "message": said, "findings": []}
    code = 1 if export.findings else 2 if args.key_file and export.unkeyed else 0
    told = {one: getattr(export, one) for one in ["entries", "unsealed", "unkeyed", "anchored", "explained"]}
    told["public_key"] = export.checkpoints[-1].key if export.checkpoints else None
    return {"verdict": VERDICTS[code], **told, "findings": export.findings}


def main():
    parser = argparse.ArgumentParser(description="独立核验导出的督办历史")
    parser.add_argument("export", type=Path)
    parser.add_argument("--checkpoints", type=Path, nargs="*", default=[], help="存于系统之外的检查点")
    parser.add_argument("--public-key", nargs="*", default=[], help="纸质留存的签名公钥")
    parser.add_argument("--key-file", type=Path, help="密钥文件，用来核验每条记载的密钥校验码")
    parser.add_argument("--json", action="store_true")
    told = judged(args := parser.parse_args())
    lines = [f"{one['message']}（{one['code']}）" for one in told["findings"][:20]]
    lines += [f"{one}：属于已舍弃的历史，日志有登记" for one in told.get("explained", [])[:20]]
    lines += [f"{WORDS[one]}：{SPOKEN.get(str(said), said)}" for one, said in told.items() if one in WORDS]
    print(json.dumps(told, ensure_ascii=False) if args.json else "\n".join(lines))
    return VERDICTS.index(told["verdict"])


if __name__ == "__main__":
    sys.exit(main())
