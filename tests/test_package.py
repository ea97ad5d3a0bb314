"""Importing the package reads no file and pulls in nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

import qngai_analysis as qn
from qngai_analysis import paths


def test_importing_the_package_loads_no_heavy_library() -> None:
    code = (
        "import sys, qngai_analysis; "
        "print(sorted({'pandas', 'numpy', 'scipy', 'matplotlib', 'seaborn', 'IPython', 'papermill'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", qn.__all__)
def test_every_public_name_can_be_used(name: str) -> None:
    assert callable(getattr(qn, name))


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
