"""Every command and every Python block of README.vi.md and the tutorials, in the order printed, in a fresh copy of the project."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from qngai_analysis.cli import main

ROOT = Path(__file__).parent.parent
TUTORIALS = sorted((ROOT / "docs" / "tutorials").rglob("*.md"))
#: Commands that serve until they are stopped, or make all eleven reports: other tests run them.
NOT_RUN = re.compile(r"^lab\b|^report(?!.*--no-sectors)")
BLOCK = re.compile(r"^```(powershell|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project without anybody's survey files, as the current folder."""
    for folder in ("data", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("20??.*"))
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "tutorial", [*TUTORIALS, ROOT / "README.vi.md"], ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_tutorial_works_as_printed(tutorial: Path, project: Path) -> None:
    ran = 0
    for kind, block in BLOCK.findall(tutorial.read_text(encoding="utf-8")):
        if kind == "python" and "import" in block:
            exec(compile(block, str(tutorial), "exec"), {})
            ran += 1
        for line in block.splitlines() if kind == "powershell" else ():
            command = line.split("  #")[0].removeprefix("uv run qngai ").replace("\\", "/")
            if line.startswith("uv run qngai ") and not NOT_RUN.match(command):
                assert main(shlex.split(command)) == 0, line
                ran += 1
    assert ran >= 1


def test_every_tutorial_stands_in_both_languages_and_names_the_other() -> None:
    vietnamese = [path for path in TUTORIALS if path.parent.name == "tutorials"]
    linked = {
        re.search(r"\(\[English\]\((.*?)\)\)", path.read_text(encoding="utf-8"))[1] for path in vietnamese
    }  # type: ignore[index]

    assert {
        str(path.relative_to(path.parent.parent)) for path in TUTORIALS if path.parent.name == "en"
    } == linked


@pytest.mark.parametrize("readme", ["README.md", "README.vi.md"])
def test_a_readme_has_a_line_for_every_command_and_none_that_is_not_there(readme: str) -> None:
    import typer.main

    from qngai_analysis.cli import app

    named = set(re.findall(r"qngai ([a-z][a-z-]+)", (ROOT / readme).read_text(encoding="utf-8")))

    assert named == set(typer.main.get_command(app).commands) - {"new-notebook"}  # type: ignore[attr-defined]
