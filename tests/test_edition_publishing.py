import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from kills import SHOPS, editions, project

from qngai_analysis.edition import switch
from qngai_analysis.edition.publishing import Made, check_writable, publish
from qngai_analysis.errors import RenderError, SurveyError
from qngai_analysis.raw import sha256
from qngai_analysis.survey.release.ledger import file_of, read


@pytest.fixture
def made(tmp_path):
    notebook = tmp_path / "nb.ipynb"
    notebook.write_text("{}")

    def make(stem="bao_cao", **files):
        contents = {name.replace("_", "."): data for name, data in files.items()}
        return Made(stem=stem, notebook=notebook, parameters={"year": 2025}, files=contents)

    return make


KILLS = Path(__file__).with_name("kills.py")


def listed(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.is_file() and path.name != "manifest.json"
    }


def test_an_edition_is_its_files_and_a_manifest(tmp_path, made):
    paths = publish(tmp_path / "reports" / "2025", [made(a_html=b"A", a_pdf=b"B")])
    manifest = json.loads(paths[-1].read_text())

    assert [path.name for path in paths] == ["a.html", "a.pdf", "manifest.json"]
    assert listed(paths[0].parent) == {"a.html": b"A", "a.pdf": b"B"}
    assert manifest["documents"]["bao_cao"]["parameters"] == {"year": 2025}
    # echo -n A | sha256sum
    assert manifest["documents"]["bao_cao"]["files"]["a.html"] == (
        "559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd"
    )


def test_the_manifest_is_the_same_on_every_run(tmp_path, made):
    first, second = (publish(tmp_path / name, [made(a_html=b"A")])[-1].read_bytes() for name in "ab")

    assert first == second


def test_a_new_edition_replaces_its_own_files_says_which_are_gone_and_leaves_all_others(
    tmp_path, made, caplog
):
    folder = tmp_path / "2025"
    publish(folder, [made(a_html=b"old", a_docx=b"old")])
    publish(folder, [made("khac", b_html=b"other")])
    (folder / "notes.txt").write_bytes(b"mine")
    publish(folder, [made(a_html=b"new")])

    # a.docx belonged to the earlier edition of the same report and is no longer made
    assert listed(folder) == {"a.html": b"new", "b.html": b"other", "notes.txt": b"mine"}
    assert re.search(r"qngai: 1 file of the run before is gone, .*: a\.docx; .* --formats", caplog.text)
    assert list(json.loads((folder / "manifest.json").read_text())["documents"]) == ["bao_cao", "khac"]


@pytest.mark.parametrize("exchange", [True, False], ids=["exchanged", "moved aside"])
@pytest.mark.parametrize("step", [1, 2, 3])
def test_when_any_step_fails_the_earlier_edition_is_all_there(tmp_path, made, monkeypatch, step, exchange):
    folder = tmp_path / "2025"
    publish(folder, [made(a_html=b"old", a_pdf=b"old")])
    before = listed(folder) | {"manifest.json": (folder / "manifest.json").read_bytes()}
    real, steps = Path.rename, []

    def failing(self, target):
        steps.append(self)
        if len(steps) == (1 if exchange else step):
            raise PermissionError(13, "file is open in another program")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    if not exchange:
        monkeypatch.setattr(switch, "_exchanged", lambda *_: False)
    with pytest.raises(RenderError, match=r"file is open in another program.*nothing was changed"):
        publish(folder, [made(a_html=b"new", a_pdf=b"new")])

    assert listed(folder) | {"manifest.json": (folder / "manifest.json").read_bytes()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2025", "nb.ipynb"], "no leftovers"


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked to be killed")
@pytest.mark.parametrize("exchange", ["yes", "no"])
def test_killed_at_any_step_an_edition_is_the_old_or_the_new_and_the_next_run_tidies_up(
    tmp_path, made, monkeypatch, exchange
):
    """Every touch of the disk is a step; the process dies there as after a power cut."""
    subprocess.run([sys.executable, str(KILLS), str(tmp_path), exchange], check=True)
    cases = sorted(path for path in tmp_path.iterdir() if path.name.isdigit())
    assert len(cases) > 20
    for case in cases:
        monkeypatch.setenv("QNGAI_HOME", str(case))
        folder = case / "reports" / "2025"
        if exchange == "yes":
            assert folder.is_dir(), "an edition is never absent"
        check_writable(folder)
        manifest = json.loads((folder / "manifest.json").read_text())
        files = {
            name: data for name, data in listed(folder).items() if name not in ("ghi-chu.txt", "thu-muc")
        }
        digests = {name: sha256(folder / name) for name in files}
        recorded = {name: d for entry in manifest["documents"].values() for name, d in entry["files"].items()}
        assert digests == recorded, case.name
        assert (folder / "ghi-chu.txt").read_text() == "mine"
        assert (folder / "thu-muc" / "so.txt").read_text() == "mine"
        assert files["a.html"] in (b"old", b"new")
        assert set(files) == {"a.html", "b.html"} | ({"a.pdf"} if files["a.html"] == b"old" else {"c.html"})
        # what is published of a survey is in the ledger, without which a revision could tell of single answers
        assert files["a.html"].decode() in [state.basis for state in read(SHOPS)[0]], case.name
        publish(folder, [made("khac", b_html=b"again")])
        assert [path.name for path in folder.parent.iterdir()] == ["2025"], "leftovers are swept"


def test_what_the_office_changed_is_kept_beside_the_new_report_and_said(tmp_path, made, caplog):
    folder = tmp_path / "2025"
    publish(folder, [made(a_html=b"old", a_docx=b"old", b_docx=b"old")])
    (folder / "a.docx").write_bytes(b"signed")
    (folder / "b.docx").write_bytes(b"signed")
    publish(folder, [made(a_html=b"new", a_docx=b"new")])

    assert listed(folder) == {
        "a.html": b"new",
        "a.docx": b"new",
        "a.giu-lai.docx": b"signed",
        "b.docx": b"signed",
    }
    assert re.search(r"2025/a\.docx: .* a\.giu-lai\.docx", caplog.text)
    assert re.search(r"2025/b\.docx: .* b\.docx", caplog.text)
    assert "are gone" not in caplog.text


def test_what_is_saved_into_the_old_folder_at_the_last_moment_moves_into_the_new_one(
    tmp_path, made, monkeypatch
):
    folder = tmp_path / "2025"
    publish(folder, [made(a_docx=b"old")])
    take = switch._take

    def late(whole, place):
        (place / "a.docx").write_bytes(b"signed")
        (place / "b.txt").write_bytes(b"mine")
        take(whole, place)

    monkeypatch.setattr(switch, "_take", late)
    publish(folder, [made(a_docx=b"new")])
    assert listed(folder) == {"a.docx": b"new", "a.giu-lai.docx": b"signed", "b.txt": b"mine"}


def test_a_folder_with_a_reports_name_is_refused(tmp_path, made):
    (tmp_path / "2025" / "a.html").mkdir(parents=True)
    (tmp_path / "2025" / "a.html" / "inside").touch()

    with pytest.raises(RenderError, match=r"a\.html: a folder with a report's name; move it away"):
        publish(tmp_path / "2025", [made(a_html=b"A")])
    with pytest.raises(RenderError, match="a folder with a report's name"):
        check_writable(tmp_path / "2025", ["a.html"])
    assert (tmp_path / "2025" / "a.html" / "inside").exists()


def test_a_file_that_somebody_took_away_is_no_longer_in_the_manifest(tmp_path, made):
    folder = tmp_path / "2025"
    publish(folder, [made(a_html=b"A", a_pdf=b"A")])
    (folder / "a.pdf").unlink()
    manifest = json.loads(publish(folder, [made("khac", b_html=b"B")])[-1].read_text())

    assert list(manifest["documents"]["bao_cao"]["files"]) == ["a.html"]


def test_a_lost_ledger_of_what_was_published_is_refused(tmp_path, monkeypatch):
    (tmp_path / "nb.ipynb").write_text("{}")
    monkeypatch.setenv("QNGAI_HOME", "")
    folder = project(tmp_path)
    editions(folder, tmp_path / "nb.ipynb", "old")
    file_of(SHOPS).unlink()

    with pytest.raises(RenderError, match=r"shops\.2025\.simulated\.json: missing, though an edition"):
        editions(folder, tmp_path / "nb.ipynb", "new")
    assert (folder / "a.html").read_bytes() == b"old"


@pytest.mark.parametrize(
    "content",
    [
        '{"documents": []}',
        '{"documents": {"r0": null}}',
        '{"documents": {}, "surveys": 1}',
        '{"r9": {}}',
        '{"documents": {"r0": {"files": {"../../victim": "0"}}}}',
        "[" * 100_000,
        "\xff",
    ],
    ids=range(7),
)
def test_a_damaged_manifest_is_one_line(tmp_path, made, content):
    (tmp_path / "2025").mkdir()
    (tmp_path / "2025" / "manifest.json").write_text(content, encoding="latin-1")

    with pytest.raises(
        RenderError, match=r"manifest\.json: not a manifest of this program, or damaged"
    ) as caught:
        publish(tmp_path / "2025", [made(a_html=b"A")])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["CON.html", "nul", "a:b", ".qngai-lock", "a\x00b", "a. ", "a?.html"])
def test_names_that_some_system_does_not_take_are_refused(tmp_path, made, name):
    report = made(a_html=b"A")
    with pytest.raises(RenderError, match="cannot be the name of a report's file"):
        publish(tmp_path / "2025", [Made("b", report.notebook, {}, {name: b"A"})])


def test_a_full_disk_leaves_nothing_behind(tmp_path, made, monkeypatch):
    def full(self, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(RenderError, match="No space left on device"):
        publish(tmp_path / "reports" / "2025", [made(a_html=b"A")])

    assert not (tmp_path / "reports").exists()


def test_a_folder_that_is_a_file_is_refused(tmp_path, made):
    (tmp_path / "2025").write_text("x")

    with pytest.raises(RenderError, match="2025: a file, not a folder"):
        publish(tmp_path / "2025", [made(a_html=b"A")])
    with pytest.raises(RenderError, match="cannot be written there"):
        publish(tmp_path / "2025" / "below", [made(a_html=b"A")])
    assert (tmp_path / "2025").read_text() == "x"


def test_a_name_that_is_too_long_is_refused_in_one_line(tmp_path, made):
    with pytest.raises(RenderError) as caught:
        publish(tmp_path / ("x" * 300), [made(a_html=b"A")])

    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["nb.ipynb"]


def test_names_that_leave_the_folder_or_collide_are_refused(tmp_path, made):
    report = made(a_html=b"A")
    outside = Made(stem="b", notebook=report.notebook, parameters={}, files={"../a.html": b"A"})

    with pytest.raises(RenderError, match=r"'\.\./a\.html' cannot be the name"):
        publish(tmp_path / "2025", [outside])
    with pytest.raises(RenderError, match=r"two reports of the edition make a file 'a.html'"):
        publish(tmp_path / "2025", [report, made("khac", a_html=b"B")])


def test_a_manifest_of_another_program_is_not_overwritten(tmp_path, made):
    (tmp_path / "manifest.json").write_text('{"name": "app"}')

    with pytest.raises(RenderError, match=r"not a manifest of this program"):
        publish(tmp_path, [made(a_html=b"A")])
    assert (tmp_path / "manifest.json").read_text() == '{"name": "app"}'


def test_raw_files_are_listed_with_their_checksums(tmp_path, made):
    raw = tmp_path / "figures.csv"
    raw.write_bytes(b"A")
    report = made(a_html=b"A")
    with_input = Made(report.stem, report.notebook, {}, report.files, (raw,))

    manifest = json.loads(publish(tmp_path / "o", [with_input])[-1].read_text())
    assert manifest["documents"]["bao_cao"]["inputs"] == {
        "figures.csv": "559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd"
    }


def test_raw_files_of_the_project_are_named_by_their_path_in_it(tmp_path, made, monkeypatch):
    files = [tmp_path / "data" / "raw" / name / "codebook.toml" for name in ("a", "b")]
    for file in files:
        file.parent.mkdir(parents=True)
        file.write_text(file.parent.name)
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path))
    report = made(a_html=b"A")

    record = Made(report.stem, report.notebook, {}, report.files, tuple(files)).record()
    assert list(record["inputs"]) == ["data/raw/a/codebook.toml", "data/raw/b/codebook.toml"]


def test_unit_records_are_never_published(tmp_path, made):
    rows = "household_id,psu,stratum,weight,age\n1,a,s,10.5,34\n2,a,s,10.5,51\n"

    with pytest.raises(SurveyError, match="unit records never enter a report's folder"):
        publish(tmp_path / "out", [made(a_html=b"A", table_csv=rows.encode())])
    assert not list((tmp_path / "out").glob("*")), "nothing was published"


def test_a_folder_that_cannot_be_written_is_found_out_before_the_work(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")

    with pytest.raises(RenderError, match="a file, not a folder"):
        check_writable(tmp_path / "file")
    check_writable(tmp_path / "new" / "2025")
    assert not (tmp_path / "new").exists(), "no trace is left"
