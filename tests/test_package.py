"""Importing the package reads no file and pulls in nothing heavy."""

from __future__ import annotations

import os
import pydoc
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import qngai_analysis as qn
from qngai_analysis import paths


def test_the_package_and_what_publishes_load_no_heavy_library_and_surveys_no_scipy() -> None:
    heavy = {
        "pandas",
        "numpy",
        "scipy",
        "matplotlib",
        "seaborn",
        "IPython",
        "papermill",
        "ipywidgets",
    }
    code = (
        f"import sys, qngai_analysis; print({heavy} & {{*sys.modules}} or {{}}); "
        "import qngai_analysis.edition.publishing, qngai_analysis.survey.release.unit_records; "
        f"print({heavy - {'numpy'}} & {{*sys.modules}} or {{}}); "
        "import qngai_analysis.survey; print('scipy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["{}", "{}", "False"]


def test_a_plan_is_read_without_pandas() -> None:
    code = (
        "import sys; from qngai_analysis.plan import read_plan; from qngai_analysis.plan.duties import read_duties; "
        "print(len(read_plan('906').listed_targets) > 0, len(read_duties()) > 0, 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["True", "True", "False"]


@pytest.mark.parametrize("name", qn.__all__)
def test_every_public_name_can_be_used(name: str) -> None:
    found = getattr(qn, name)

    assert callable(found) or all(map(callable, (found.line, found.bars))), (
        "a function, a class, or the charts"
    )


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'asess'"):
        _ = qn.asess


def test_the_readmes_five_lines_show_targets_and_verdicts_in_a_terminal_of_80_letters(
    capsys: pytest.CaptureFixture[str],
) -> None:
    readme = (paths.PACKAGE.parent / "README.md").read_text(encoding="utf-8")
    lines = readme.split("```python\n")[1].split("```")[0]
    exec(lines, {})
    out = capsys.readouterr().out
    tables, reasons = out[: out.index("906.01, năm 2025: ")], out[out.index("906.01, năm 2025: ") :]
    rows = [line.split() for line in tables.splitlines()]

    assert "..." not in tables, "pandas left a column out"
    assert max(map(len, tables.splitlines())) <= 80
    assert ["0", "906.01", ">=", "20.0", "%", "95"] in rows
    assert tables.count("chưa đủ căn cứ kết luận") == 2
    assert tables.count("chưa có số liệu") == 15
    assert "Tỷ trọng kinh tế số đạt 20% GDP" in reasons


def test_every_module_that_the_readme_names_is_there() -> None:
    text = (paths.PACKAGE.parent / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(qngai_analysis(?:\.[a-z_]+)+)`", text))
    assert [name for name in named if not pydoc.locate(name)] == []


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an empty environment: the built wheel, and the libraries of this one but not its package."""
    folder = tmp_path_factory.mktemp("elsewhere")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=paths.PACKAGE.parent, check=True, capture_output=True)
    venv.create(folder / "venv", symlinks=os.name != "nt")
    base = {"base": str(folder / "venv"), "platbase": str(folder / "venv")}
    site = Path(sysconfig.get_path("purelib", "venv", base))
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(site)
    # a line of a .pth file names a folder whose own .pth files (this checkout) are not followed
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return Path(sysconfig.get_path("scripts", "venv", base)) / "python"


def test_the_built_wheel_works_in_an_empty_folder(elsewhere: Path, tmp_path: Path) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QNGAI"))}
    smoke = Path(__file__).with_name("smoke.py")
    done = subprocess.run([elsewhere, smoke], cwd=tmp_path, env=own, capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, f"well {qn.__version__}\n"), done.stderr
