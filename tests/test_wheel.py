"""What a user gets: the wheel built from this tree, unpacked where the tree cannot be seen.

An editable install hides a forgotten template or table, so these tests look into the wheel itself and run the
command from it in an empty folder. Nothing here needs the network.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("states", "notifications", "workflow", "templates")
LITTER = {"__pycache__", ".DS_Store"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    _python("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    return next(folder.glob("duban-*.whl"))


@pytest.fixture(scope="module")
def contents(wheel: Path) -> frozenset[str]:
    """The names of the files in the wheel."""
    with ZipFile(wheel) as archive:
        return frozenset(archive.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the wheel's own files and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    _python("-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", folder, wheel)
    return folder


@pytest.mark.parametrize("package", PACKAGES)
def test_every_file_of_a_package_is_in_the_wheel(contents: frozenset[str], package: str) -> None:
    kept = {path.relative_to(ROOT).as_posix() for path in _files(ROOT / package)}
    assert kept
    assert kept <= contents


@pytest.mark.parametrize(
    "pattern",
    [
        "templates/documents/*.typ",
        "templates/documents/*.html.j2",
        "templates/notices/*.txt.j2",
        "templates/mail/*/*.j2",
        "states/tables/*.toml",
        "workflow/demo_data/*.xlsx",
        "workflow/storage/migrations/env.py",
        "workflow/storage/migrations/versions/*.py",
        "duban-*.dist-info/licenses/LICENSE",
    ],
)
def test_what_the_programs_read_beside_code_is_in_the_wheel(contents: frozenset[str], pattern: str) -> None:
    assert any(Path(name).match(pattern) for name in contents)


def test_nothing_but_the_packages_is_in_the_wheel(contents: frozenset[str]) -> None:
    tops = {name.split("/")[0] for name in contents if ".dist-info/" not in name}
    assert tops == set(PACKAGES)


def test_the_installed_command_draws_the_standard_table(installed: Path, tmp_path: Path) -> None:
    drawn = _run([installed / "bin" / "duban", "diagram"], installed, tmp_path)
    assert drawn.startswith("stateDiagram-v2\n")
    assert "draft --> assigned : 交办" in drawn


def test_the_installed_command_uses_its_own_files(installed: Path, tmp_path: Path) -> None:
    code = "import sys; print(*(__import__(name).__file__ for name in sys.argv[1:]), sep='\\n')"
    origins = _run([sys.executable, "-c", code, *PACKAGES], installed, tmp_path).splitlines()
    assert [Path(origin).parent for origin in origins] == [installed / name for name in PACKAGES]


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and LITTER.isdisjoint(path.parts))


def _python(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.PIPE, timeout=120)


def _run(command: list[str | Path], installed: Path, folder: Path) -> str:
    """What the command prints when run in `folder` with the installed files first on the path."""
    environment = {"PYTHONPATH": str(installed), "PYTHONUTF8": "1"}
    ran = subprocess.run(
        command, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True, timeout=60
    )
    return ran.stdout
