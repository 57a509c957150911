"""A directory that is read in again after a reform: what the office has registered stands.

A workbook somebody keeps elsewhere may still list a unit that was merged, or one by its former name. Such a
line changes nothing and is told of; it would bring back to life what a document has ended.
"""

from collections.abc import Mapping
from dataclasses import replace

from states.register.directory import DirectoryReading, Place
from states.register.problems import Finding
from states.register.units import Directory, UnitRecord


def as_reformed(listed: DirectoryReading, book: Directory) -> DirectoryReading:
    """The directory as it is taken in, by the one kept until now on the day of the import.

    Units that others have succeeded are left out, renamed ones go by their new name.
    """
    if not book.lineage.successions:
        return listed
    kept = {unit.code: unit for unit in book.units}
    gone = [unit for unit in listed.units if unit.code in book.lineage.succeeded]
    renamed = {unit.code: _renamed(unit, kept, book) for unit in listed.units}
    going_on = (renamed[unit.code] for unit in listed.units if unit not in gone)
    notes = [(unit, _note(found)) for unit in gone if (found := book.ended(unit.code))]
    formers = (unit for unit in listed.units if _is_former(unit, renamed))
    notes += [(unit, _former_name(unit, renamed[unit.code])) for unit in formers]
    placed_notes = (found.at(*listed.places.get(unit.code, Place())) for unit, found in notes)
    placed = tuple(_placed(unit, kept, book) for unit in going_on)
    return replace(listed, units=placed, notes=(*placed_notes, *listed.notes))


def _renamed(unit: UnitRecord, kept: Mapping[str, UnitRecord], book: Directory) -> UnitRecord:
    """A renamed unit keeps its new name, and every name it ever went by."""
    if unit.code not in book.lineage.renamed:
        return unit
    now = kept[unit.code]
    aliases = tuple(dict.fromkeys((*unit.aliases, *now.aliases)))
    if unit.name in now.aliases:
        return replace(unit, name=now.name, short_name=now.short_name, aliases=aliases)
    return replace(unit, aliases=aliases)


def _is_former(unit: UnitRecord, renamed: Mapping[str, UnitRecord]) -> bool:
    return unit.name != renamed[unit.code].name


def _placed(unit: UnitRecord, kept: Mapping[str, UnitRecord], book: Directory) -> UnitRecord:
    """A unit below one that was succeeded stays where the reform has put it."""
    if unit.parent is None or unit.parent not in book.lineage.succeeded:
        return unit
    heirs = book.lineage.living(unit.parent)
    return replace(unit, parent=kept[unit.code].parent if unit.code in kept else heirs[0])


def _note(found: Finding) -> Finding:
    return Finding("unit_succeeded", f"{found.message}；名录中该行未读入")


def _former_name(unit: UnitRecord, now: UnitRecord) -> Finding:
    message = f"单位“{unit.name}”已更名为“{now.name}”，名录所写为原名，仍用现名"
    return Finding("unit_renamed", message)
