"""Importing the package reads no file and pulls in nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

import qngai_analysis as qn


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


def test_the_readmes_five_lines_run(capsys: pytest.CaptureFixture[str]) -> None:
    plan = qn.read_plan("906")
    assert list(plan.targets[["subject", "comparator", "value", "line_start"]].iloc[0]) == [
        "Tỷ trọng kinh tế số",
        ">=",
        20.0,
        95,
    ]
    outcome = qn.assess(plan.targets, qn.read_published(), year=2025)[["goal", "value", "verdict", "source"]]
    assert outcome["verdict"].tolist() == ["chưa đủ căn cứ kết luận"] + ["chưa có số liệu"] * 16
    print(qn.explain("906.01", 2025))
    assert "Tỷ trọng kinh tế số đạt 20% GDP" in capsys.readouterr().out
