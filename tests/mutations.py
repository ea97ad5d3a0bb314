"""Damage sound files of every kind that is read, and see what the readers say.

``python tests/mutations.py [tries] [reader …]`` prints for each reader how many mutants were read, refused in one
line or ended in a traceback, the longest in processor time, and the process's peak. tests/test_guard_mutations.py tries a few.
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import resource
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from qngai_analysis import paths
from qngai_analysis.errors import QngaiError

Seed = tuple[str, bytes]  # name of the file, its bytes


@dataclass
class Outcome:
    """What mutants of one reader came to."""

    read: int = 0
    refused: int = 0
    tracebacks: list[str] = field(default_factory=list)
    longest: float = 0.0
    peak: int = 0


def _table(ending: str) -> Seed:
    import openpyxl
    import pandas as pd
    import pyreadstat

    frame = pd.DataFrame({"id": range(40), "weight": [1.5] * 40, "answer": ["có", "không"] * 20, "day": ["2025-03-01"] * 40})  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"x.{ending}"
        if ending == "xlsx":
            book = openpyxl.Workbook()
            for row in (list(frame), *frame.itertuples(index=False)):
                book.worksheets[0].append(list(row))
            book.save(file)
        elif ending == "csv":
            frame.to_csv(file, index=False)
        elif ending == "zip":
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
                packed.writestr("a.csv", frame.to_csv(index=False))
                packed.writestr("b/c.csv", frame.to_csv(index=False, sep=";"))
        elif ending == "parquet":
            frame.to_parquet(file)
        else:
            {"sav": pyreadstat.write_sav, "dta": pyreadstat.write_dta}[ending](frame, str(file))
        return file.name, file.read_bytes()


def _survey(file: Path) -> None:
    from qngai_analysis.survey.form.files import read_sheets

    read_sheets(file)


def _streamed(file: Path) -> None:
    from qngai_analysis.survey import Design
    from qngai_analysis.survey.estimate.streaming import reduce_survey

    reduce_survey(file, Design("weight", psu="id"), ["weight"], by=["answer"]).estimates()


def _form(file: Path) -> None:
    from qngai_analysis.collection.answers import read_form

    read_form(file, _owed)


def _owed(year: int):
    from functools import cache

    from qngai_analysis.collection.owed import owed

    return cache(owed)(2025) if year != 2025 else _owed_2025()


def _owed_2025(held: list = []):  # noqa: B006 - read once
    from qngai_analysis.collection.owed import owed

    if not held:
        held.append(owed(2025))
    return held[0]


def _form_seed() -> Seed:
    from datetime import date

    from qngai_analysis.collection.requests import write_requests

    found = _owed_2025()
    body = [found.body("Sở Y tế")]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        Path(folder, "data").symlink_to(paths.raw().parent)
        patch.setenv("QNGAI_HOME", folder)  # what was asked for is noted in the project
        sent = write_requests(found, on=date(2026, 1, 5), due=date(2026, 2, 1), bodies=body, out=Path(folder))
        file = next(sent.folder.rglob("*.xlsx"))
        return file.name, file.read_bytes()


def _figures_sheet(file: Path) -> None:
    from qngai_analysis.collection.workbook import read_workbook

    read_workbook(file)


def _plan(file: Path) -> None:
    from qngai_analysis.plan import read_plan

    read_plan(str(file))


def _plan_seed(ending: str) -> Seed:
    if ending == "xlsx":
        return _table(ending)
    text = "KẾ HOẠCH\nSố: 12/KH-UBND\nII. MỤC TIÊU\n1. Tỷ lệ hộ có Internet đạt trên 80% vào năm 2025.\n2. 100% xã có cáp quang.\n"
    if ending == "docx":
        import docx

        document = docx.Document()
        for line in text.splitlines():
            document.add_paragraph(line)
        table = document.add_table(2, 2)
        table.cell(0, 0).text, table.cell(1, 1).text = "Chỉ tiêu", "20%"
        stream = io.BytesIO()
        document.save(stream)
        return "x.docx", stream.getvalue()
    if ending == "html":
        rows = "".join(f"<tr><td>{n}</td><td>Đạt {n}0%</td></tr>" for n in range(6))
        return (
            "x.html",
            f"<html><body><ol>{'<li>một</li>' * 5}</ol><table>{rows}</table><p>{text}</p></body></html>".encode(),
        )
    if ending == "pdf":
        from qngai_analysis.page.document import Document, prose
        from qngai_analysis.page.pdf import to_pdf

        return "x.pdf", to_pdf(Document("Kế hoạch", "vi", tuple(prose(text))))
    return f"x.{ending}", text.encode()


def _sidecar(file: Path) -> None:
    from qngai_analysis.raw import read_table

    table = file.with_suffix(".csv")
    table.write_bytes(paths.reference("owners.csv").read_bytes())
    read_table(table)


def _project(file: Path) -> None:
    from qngai_analysis.project import read_project

    for name in ("sectors.toml", "office.toml"):
        if not file.with_name(name).exists():
            file.with_name(name).write_bytes(paths.raw(name).read_bytes())
    read_project(file)


def _part_of_project(name: str) -> Callable[[Path], None]:
    def read(file: Path) -> None:
        from qngai_analysis.project import read_project

        other = "office.toml" if name == "sectors.toml" else "sectors.toml"
        file.with_name(other).write_bytes(paths.raw(other).read_bytes())
        main = file.with_name("project.toml")
        main.write_bytes(paths.raw("project.toml").read_bytes())
        read_project(main)

    return read


def _codebook(file: Path) -> None:
    from qngai_analysis.survey.form.codebook import read_codebook

    read_codebook(file)


def _manifest(file: Path) -> None:
    from qngai_analysis.edition.publishing import read_manifest

    read_manifest(file.parent)


def _edition(file: Path) -> None:
    from qngai_analysis.progress.editions import compare_editions, read_edition

    content = read_edition(file)
    compare_editions(content, content)


def _notebook(file: Path) -> None:
    from qngai_analysis.notebook.parameters import declared

    declared(file)


def _ledger(file: Path) -> None:
    from qngai_analysis.survey.release.ledger import _read_states

    _read_states(file, 0, os.getpid() + hash(file.read_bytes()))


def _file(*parts: str) -> Callable[[], Seed]:
    return lambda: (parts[-1], paths.raw(*parts).read_bytes())


def _json_seed(name: str, content: object) -> Callable[[], Seed]:
    return lambda: (name, json.dumps(content, ensure_ascii=False, indent=1).encode())


def _edition_seed() -> Seed:
    from datetime import date

    from qngai_analysis.progress.editions import edition
    from qngai_analysis.progress.yearly import judge_year

    content = edition(
        judge_year(2025, real_only=True).table, year=2025, cutoff=date(2026, 3, 31), real_only=True
    )
    return "assessment.json", json.dumps(content, ensure_ascii=False, indent=1).encode()


_LEDGER = {"schema": "qngai-releases/1", "survey": "shops", "year": 2025, "evidence": "real", "states": [{"basis": "a", "tables": [{"item": "x", "what": "", "rows": [{"row": "Tất cả", "n": 50.0, "estimate": 0.5, "symbol": "", "flag": "", "reason": ""}], "checksums": {"Tất cả": "b"}}]}]}  # fmt: skip
_MANIFEST = {"made_by": "x", "surveys": [["shops", 2025, "real"]], "documents": {"r0": {"files": {"a.html": "0" * 64}, "inputs": {}, "parameters": {}}}}  # fmt: skip

READERS: dict[str, tuple[Callable[[], Seed], Callable[[Path], None]]] = {
    **{f"survey {ending}": (lambda ending=ending: _table(ending), _survey) for ending in ("xlsx", "csv", "zip", "parquet", "sav", "dta")},
    **{f"large survey {ending}": (lambda ending=ending: _table(ending), _streamed) for ending in ("parquet", "csv")},
    "form": (_form_seed, _form),
    "sheet of figures": (lambda: _table("xlsx"), _figures_sheet),
    **{f"plan {ending}": (lambda ending=ending: _plan_seed(ending), _plan) for ending in ("docx", "html", "pdf", "txt", "md", "xlsx")},
    "sidecar": (lambda: ("owners.toml", paths.reference("owners.toml").read_bytes()), _sidecar),
    "codebook": (lambda: ("tourism/codebook.toml", paths.raw("surveys", "tourism", "codebook.toml").read_bytes()), _codebook),
    "project.toml": (_file("project.toml"), _project),
    "sectors.toml": (_file("sectors.toml"), _part_of_project("sectors.toml")),
    "office.toml": (_file("office.toml"), _part_of_project("office.toml")),
    "manifest": (_json_seed("manifest.json", _MANIFEST), _manifest),
    "assessment": (_edition_seed, _edition),
    "ledger": (_json_seed("shops.2025.real.json", _LEDGER), _ledger),
    "notebook": (lambda: ("n.ipynb", (paths.notebooks() / "don_vi.ipynb").read_bytes()), _notebook),
}  # fmt: skip

_TOKENS = [b"null", b"[]", b"{}", b'""', b"-1", b"1e308", b"NaN", b"9" * 400, b"true", b"\x00", b"\xff\xfe", b"=1+1", b"'''", b"[[", b"\xcc\x81" * 50, b"2025-02-30", b"((((" * 300, b"<" * 500, b"\xf0\x9f\x98\x80"]  # fmt: skip


def mutant(content: bytes, draw: random.Random) -> bytes:
    """Return the bytes of a file damaged: changed, cut, doubled, lost, another's token put in; in zips also inside."""
    if content[:4] == b"PK\x03\x04" and draw.random() < 0.6:
        source = zipfile.ZipFile(io.BytesIO(content))
        victim = draw.choice(source.namelist())
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                data = source.read(name)
                if name == victim:
                    if draw.random() < 0.15:
                        continue
                    data = _damaged(data, draw)
                target.writestr(name, data)
        return stream.getvalue()
    return _damaged(content, draw)


def _damaged(content: bytes, draw: random.Random) -> bytes:
    if not content:
        return draw.choice(_TOKENS)
    at, length = draw.randrange(len(content)), draw.choice([1, 3, 17, 64, 400])
    match draw.randrange(9):
        case 7:  # far out, wide, deep
            cells = list(re.finditer(rb'r="[A-Z]+[0-9]+"', content))
            if cells:
                cell = draw.choice(cells)
                far = draw.choice(
                    [b"XFD1048576", b"A1048576", b"XFD1", b"ZZZZ9", b"A0", b"A-1", b"A99999999999"]
                )
                return content[: cell.start()] + b'r="' + far + b'"' + content[cell.end() :]
            return (
                content[:at]
                + draw.choice([b"[", b"(", b"{", b"<b>", b"<w:p>", b'{"a":']) * 50_000
                + content[at:]
            )
        case 8:
            return content[:at] + content[at : at + length] * draw.choice([1_000, 20_000]) + content[at:]
        case 0:
            changed = bytearray(content)
            for _ in range(draw.randrange(1, 12)):
                changed[draw.randrange(len(changed))] = draw.randrange(256)
            return bytes(changed)
        case 1:
            return content[:at]
        case 2:
            return content[:at] + content[at + length :]
        case 3:
            return content[:at] + content[at : at + length] * draw.choice([2, 3, 500]) + content[at:]
        case 4:
            return content[:at] + draw.choice(_TOKENS) + content[at + length :]
        case 5:  # a value of one line put in place of another's
            lines = content.split(b"\n")
            one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
            lines[one] = (
                lines[other]
                if draw.random() < 0.5
                else lines[one].partition(b"=")[0] + b"= " + draw.choice(_TOKENS)
            )
            return b"\n".join(lines)
        case _:
            digits = [place for place, byte in enumerate(content) if 48 <= byte <= 57]
            place = draw.choice(digits) if digits else at
            return (
                content[:place]
                + draw.choice([b"99999999", b"-5", b"1e999", b"0", b"x"])
                + content[place + 1 :]
            )


def trial(name: str, tries: int, seed: int = 1) -> Outcome:
    """Read mutants of one reader's seed, in a folder of their own."""
    make, read = READERS[name]
    label, content = make()
    draw, outcome = random.Random(f"{name} {seed}"), Outcome()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(tries):
            file = Path(folder) / str(number) / label
            file.parent.mkdir(parents=True)
            file.write_bytes(mutant(content, draw))
            start = time.process_time()
            try:
                read(file)
                outcome.read += 1
            except QngaiError as fault:
                outcome.refused += 1
                if not str(fault).strip() or "\n" in str(fault):
                    outcome.tracebacks.append(f"{number}: not a line: {fault}")
            except Exception as fault:
                frames = traceback.extract_tb(fault.__traceback__)
                own = [frame for frame in frames if "qngai_analysis" in frame.filename] or frames
                line = f"{Path(own[-1].filename).name}:{own[-1].lineno}"
                outcome.tracebacks.append(f"{number}: {type(fault).__name__}: {str(fault)[:90]} ({line})")
            outcome.longest = max(outcome.longest, time.process_time() - start)
    outcome.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return outcome


def main() -> None:
    tries = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    for name in sys.argv[2:] or READERS:
        found = trial(name, tries)
        print(
            f"{name}: {tries} mutants, {found.read} read, {found.refused} refused, {len(found.tracebacks)} tracebacks, "
            f"longest {found.longest:.1f} s, peak {found.peak} MB",
            flush=True,
        )
        for line in dict.fromkeys(line.split(": ", 1)[1] for line in found.tracebacks):
            print(f"    {line}", flush=True)


if __name__ == "__main__":
    main()
