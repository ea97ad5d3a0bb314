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
VIETNAMESE = [path for path in TUTORIALS if path.parent.name == "tutorials"]
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


def english(tutorial: Path) -> list[Path]:
    """The same tutorial in English."""
    link = re.search(r"\(\[English\]\((.*?)\)\)", tutorial.read_text(encoding="utf-8"))
    return [tutorial.parent / link[1]] if link else []


@pytest.mark.parametrize("tutorial", [*VIETNAMESE, ROOT / "README.vi.md"], ids=lambda path: path.stem)
def test_a_tutorial_works_as_printed_in_both_languages(tutorial: Path, project: Path) -> None:
    ran: list[str] = []
    for file in [tutorial, *(english(tutorial) if tutorial in VIETNAMESE else ())]:
        before = len(ran)
        for kind, block in BLOCK.findall(file.read_text(encoding="utf-8")):
            if kind == "python" and "import" in block:
                exec(compile(block, str(file), "exec"), {})
                ran.append(block)
            for line in block.splitlines() if kind == "powershell" else ():
                command = line.split("  #")[0].removeprefix("uv run qngai ").strip()
                if line.startswith("rm ") and command not in ran:
                    # what comes from the field is, here, what was simulated
                    csv, sidecar = sorted(project.glob(command.removeprefix("rm ")))
                    csv.rename(project / "ho-2025.csv")
                    sidecar.unlink()
                    ran.append(command)
                if line.startswith("uv run qngai ") and not NOT_RUN.match(command):
                    same = re.sub('"[^"]*"', "", command)  # but for the words of a language
                    assert same in ran or main(shlex.split(command)) == 0, line
                    ran.append(same)
        assert len(ran) > before


def test_every_tutorial_stands_in_both_languages_and_names_the_other() -> None:
    assert sorted(TUTORIALS) == sorted(
        [*VIETNAMESE, *(other for one in VIETNAMESE for other in english(one))]
    )


@pytest.mark.parametrize("readme", ["README.md", "README.vi.md"])
def test_a_readme_has_a_line_for_every_command_and_none_that_is_not_there(readme: str) -> None:
    from qngai_analysis.cli import app

    named = set(re.findall(r"qngai ([a-z][a-z-]+)", (ROOT / readme).read_text(encoding="utf-8")))

    assert named == set(app.commands) - {"new-notebook"}
