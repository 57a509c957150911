"""Where answers lead (links of OpenAPI): what follows from the paths, and beside it what only a table knows.

A list leads to its next leaf and to one of its lines, a resource to what lies below it, everything else to
the resource it lies below.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workflow.web.api.frame import JSON

Operation = Mapping[str, Any]
Paths = Mapping[str, Mapping[str, Operation]]
Link = tuple[str, dict[str, str]]

BODY, LINE, PATH = "$response.body#/", "$response.body#/items/0/", "$request.path."
CALLED = {
    "measure": "id",
    "document": "id",
    "draft": "id",
    "item": "id",
    "series": "name",
    "serial": "number",
}
"""What a line calls what is a gap in the path of the thing itself, where the names differ."""

FILE: Mapping[str, Link] = {"get_work_file": ("get_work_file", {"work": f"{BODY}id"})}
FILES: Mapping[str, Link] = {"get_work_file": ("get_work_file", {"work": f"{LINE}id"})}
EXPORTED: Mapping[str, Link] = {
    "get_register_export_file": ("get_register_export_file", {"work": f"{BODY}id"})
}
WEBHOOK: Mapping[str, Link] = {"get_webhook": ("get_webhook", {"webhook": f"{BODY}webhook"})}
MADE: Mapping[str, Mapping[str, Link]] = {
    "open_case": {"get_case": ("get_case", {"number": f"{BODY}number"})},
    "give_case_transitions": {"get_case": ("get_case", {"number": f"{LINE}number"})},
    "hand_import_in": {"get_import": ("get_import", {"draft": f"{BODY}id"})},
    "add_unit": {"get_unit": ("get_unit", {"code": f"{BODY}code"})},
    "hand_in": {"get_handed_in": ("get_handed_in", {"external_id": f"{BODY}external_id"})},
    "make_checkpoint": {"get_checkpoint": ("get_checkpoint", {"serial": f"{BODY}number"})},
    "get_past_register": {
        "get_past_case": ("get_past_case", {"day": f"{PATH}day", "number": f"{LINE}number"}),
    },
    "list_desk": {"list_case_transitions": ("list_case_transitions", {"number": f"{LINE}number"})},
    "list_openings": {"open_case": ("open_case", {})},
    "examine_policy": {"activate_policy": ("activate_policy", {})},
    "get_register_views": {"list_cases": ("list_cases", {})},
    "choose_register_columns": {"get_register_views": ("get_register_views", {})},
    "get_wall": {"list_cases": ("list_cases", {})},
    "get_statistics": {"list_cases": ("list_cases", {})},
    "compare_checkpoint": {"list_checkpoints": ("list_checkpoints", {})},
    "get_report": {"get_report_file": ("get_report_file", {})},
    "list_policies": {"get_policy_text": ("get_policy_text", {"version": f"{LINE}digest"})},
    "search_entries": {"get_case": ("get_case", {"number": f"{LINE}case"})},
    "read_minutes": {"open_minutes_drafts": ("open_minutes_drafts", {})},
    "open_minutes_drafts": {"get_case": ("get_case", {"number": f"{LINE}number"})},
    "get_register_file": {"ask_register_export": ("ask_register_export", {})},
    "propose_webhook": WEBHOOK,
    "propose_call_back": WEBHOOK,
    "ask_register_export": EXPORTED,
    "list_register_exports": {
        "get_register_export_file": ("get_register_export_file", {"work": f"{LINE}id"})
    },
    "list_exports": FILES,
    "list_audit_reports": FILES,
    "ask_export": FILE,
    "ask_audit_report": FILE,
}
"""By operation, what does not follow from the paths."""


def lead_on(paths: Mapping[str, Any]) -> None:
    """Give every answer of these paths its links."""
    for path, methods in paths.items():
        for method, operation in methods.items():
            links = {**dict(_links(paths, path, method, operation)), **MADE.get(operation["operationId"], {})}
            for status, answer in operation["responses"].items():
                if status.startswith("2") and links:
                    answer["links"] = {
                        name: {"operationId": leads, "parameters": told}
                        for name, (leads, told) in links.items()
                    }


def _links(paths: Paths, path: str, method: str, operation: Operation) -> Iterator[tuple[str, Link]]:
    if "cursor" in {one["name"] for one in operation.get("parameters", ())}:
        yield "next", (operation["operationId"], {"cursor": f"{BODY}next", **_kept(path)})
    above = path if method != "get" and "get" in paths[path] else _above(paths, path)
    if above:
        yield _named(paths[above]["get"], _kept(above))
    if method == "get":
        for below, told in _below(paths, path):
            yield _named(below, told)


def _named(operation: Operation, told: dict[str, str]) -> tuple[str, Link]:
    return operation["operationId"], (operation["operationId"], told)


def _above(paths: Paths, path: str) -> str | None:
    """The nearest resource a path lies below."""
    while "/" in path[1:]:
        path = path.rpartition("/")[0]
        if "get" in paths.get(path, {}):
            return path
    return None


def _below(paths: Paths, path: str) -> Iterator[tuple[Operation, dict[str, str]]]:
    """What lies below a resource by a word, and below a list by what a line of it says."""
    for other, methods in paths.items():
        rest = other.removeprefix(f"{path}/")
        if rest == other or ("{" not in rest and "/" in rest):
            continue
        gaps = [one[1:-1] for one in rest.split("/") if one.startswith("{")]
        if gaps and (not rest.startswith("{") or "get" not in methods):
            continue
        told = {one: f"{LINE}{CALLED.get(one, one)}" for one in gaps}
        if not gaps or _says(paths[path]["get"], [CALLED.get(one, one) for one in gaps]):
            yield methods.get("get") or next(iter(methods.values())), {**_kept(path), **told}


def _says(operation: Operation, names: Iterable[str]) -> bool:
    """Whether the lines of a list have these names."""
    shown = operation["responses"]["200"].get("content", {}).get(JSON, {}).get("example", {})
    line: Mapping[str, Any] = next(iter(shown.get("items", ())), {})
    return all(one in line for one in names)


def _kept(path: str) -> dict[str, str]:
    return {one[1:-1]: f"{PATH}{one[1:-1]}" for one in path.split("/") if one.startswith("{")}
