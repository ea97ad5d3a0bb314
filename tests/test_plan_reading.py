"""Files in, clean text out; what can't be read says why in one line."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import docx
import pytest

from qngai_analysis.errors import PlanError, RawFileError
from qngai_analysis.plan import parse_text, read_plan
from qngai_analysis.plan.reading import read_text

SENTENCE = "Đến năm 2025, tỷ lệ hộ gia đình có kết nối Internet đạt trên 80%.\n"


def write(folder: Path, name: str, content: bytes | str) -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def only_target(source: Path) -> list[object]:
    targets = read_plan(source).targets
    assert len(targets) == 1
    return targets.loc[0, ["comparator", "value", "unit", "period_end", "subject"]].tolist()


EXPECTED = [">", 80.0, "%", 2025, "tỷ lệ hộ gia đình có kết nối Internet"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plain.txt", SENTENCE),
        ("marked.txt", "\ufeff" + SENTENCE),
        ("windows.txt", SENTENCE.replace("\n", "\r\n")),
        ("split.txt", unicodedata.normalize("NFD", SENTENCE)),
        ("no-break.txt", SENTENCE.replace(" ", "\u00a0")),
        ("zero-width.txt", SENTENCE.replace("Internet", "Inter\u200bnet")),
        ("eth.txt", SENTENCE.replace("Đ", "Ð")),
        ("broken.txt", SENTENCE.replace("gia đình", "gia\nđình")),
        (
            "marks.md",
            "## Mục tiêu\n\n- **Đến năm 2025**, tỷ lệ hộ gia đình có kết nối Internet đạt *trên* **80%**.\n",
        ),
        ("escaped.md", SENTENCE.replace(".", "\\.")),
        (
            "page.html",
            f"<!DOCTYPE html><html><body><p>{SENTENCE}</p><script>x = '90%'</script></body></html>",
        ),
        (
            "entities.html",
            "<p>Đến năm 2025, tỷ lệ hộ gia đình có kết nối Internet đạt <b>trên&nbsp;80%</b>.</p>",
        ),
    ],
)
def test_one_sentence_reads_alike_however_it_is_stored(tmp_path: Path, name: str, content: str) -> None:
    assert only_target(write(tmp_path, name, content)) == EXPECTED


def test_word_list_numbers_and_merged_heads_are_written_out(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("I. MỤC TIÊU ĐẾN NĂM 2025", 1)
    document.add_paragraph("Tỷ trọng kinh tế số đạt 20% GRDP", style="List Bullet")
    document.add_heading("II. NHIỆM VỤ", 1)
    document.add_paragraph("Triển khai nền tảng số", style="List Number")
    document.add_paragraph("Đào tạo kỹ năng số", style="List Number")
    table = document.add_table(rows=3, cols=5)
    for (row, column), words in {
        (1, 2): "Chủ trì", (1, 3): "Phối hợp", (2, 0): "1", (2, 1): "Phủ sóng 5G", (2, 2): "Sở TT&TT", (2, 3): "Công an tỉnh", (2, 4): "2022-2025",
    }.items():  # fmt: skip
        table.cell(row, column).text = words
    for column, words in ((0, "TT"), (1, "Nhiệm vụ"), (4, "Thời gian")):
        table.cell(0, column).merge(table.cell(1, column)).text = words
    table.cell(0, 2).merge(table.cell(0, 3)).text = "Cơ quan thực hiện"
    file = tmp_path / "plan.docx"
    document.save(str(file))

    text, *_ = read_text(file)
    assert "- Tỷ trọng kinh tế số đạt 20% GRDP" in text
    assert "1. Triển khai nền tảng số\n2. Đào tạo kỹ năng số" in text
    assert "TT\tNhiệm vụ\tCơ quan thực hiện\tCơ quan thực hiện\tThời gian" in text
    plan = read_plan(file)
    assert plan.targets[["subject", "value", "base", "period_end"]].values.tolist() == [
        ["Tỷ trọng kinh tế số", 20.0, "GRDP", 2025]
    ]
    task = plan.tasks.iloc[0]
    assert (task["agencies"], task["cooperating"], task["last_year"]) == (
        ["Sở Thông tin và Truyền thông"],
        ["Công an tỉnh"],
        2025,
    )


HTML_TABLE = """
<table><tr><td>UBND TỈNH HÀ NAM</td><td>CỘNG HÒA</td></tr><tr><td>Số: 12/KH-UBND</td><td>Hà Nam, ngày 05 tháng 9 năm 2022</td></tr></table>
<h2>II. CHỈ TIÊU</h2>
<table>
<tr><th rowspan="2">TT</th><th rowspan="2">Chỉ tiêu</th><th rowspan="2">ĐVT</th><th colspan="2">Mục tiêu</th></tr>
<tr><th>Năm 2025</th><th>Năm 2030</th></tr>
<tr><td>1</td><td><p>Tỷ trọng kinh tế số trong GRDP</p></td><td>%</td><td>20</td><td>&gt; 30</td></tr>
</table>
"""


def test_html_table_with_spanned_heads_gives_one_target_a_year(tmp_path: Path) -> None:
    plan = read_plan(write(tmp_path, "page.html", HTML_TABLE))

    assert plan.targets[["comparator", "value", "unit", "period_end"]].values.tolist() == [
        [">=", 20.0, "%", 2025],
        [">", 30.0, "%", 2030],
    ]
    assert (plan.document.number, plan.document.date) == ("12/KH-UBND", "2022-09-05")


def pdf(folder: Path, source: str) -> Path:
    import typst

    file = folder / "plan.pdf"
    file.write_bytes(typst.compile(write(folder, "plan.typ", source), format="pdf"))
    return file


def test_pdf_with_a_text_layer_is_read(tmp_path: Path) -> None:
    source = (
        "#set page(width: 12cm)\n= I. MỤC TIÊU\n- Đến năm 2025, tỷ lệ hộ gia đình có kết nối Internet đạt trên 80%.\n"
        + "Triển khai các nền tảng số phục vụ người dân.\n" * 9
    )
    targets = read_plan(pdf(tmp_path, source)).targets

    assert targets[["comparator", "value", "period_end"]].values.tolist() == [[">", 80.0, 2025]]


def test_a_table_of_a_pdf_goes_on_behind_what_stands_at_the_edge_of_a_page(tmp_path: Path) -> None:
    rows = [f"[{n}], [Xã Số {n}], [{70 + n}], [{80 + n}]" for n in range(1, 5)]
    columns = "columns: (1cm, 4cm, 4cm, 4cm)"
    head = "[TT], [Xã], [Hộ có điện (%) năm 2026], [Hộ có điện (%) năm 2030]"
    source = (
        f'PHỤ LỤC. MỤC TIÊU HỘ CÓ ĐIỆN\n#table({columns}, {head}, {", ".join(rows[:2])})\nKế hoạch của huyện\n#pagebreak()\n'
        f'#table({columns}, {", ".join(rows[2:])})'
    )  # fmt: skip

    targets = read_plan(pdf(tmp_path, source)).targets

    assert sorted(targets["value"]) == [71, 72, 73, 74, 81, 82, 83, 84]
    assert set(targets["period_end"]) == {2026, 2030}


def test_a_short_line_of_a_pdf_leads_the_list_below_it(tmp_path: Path) -> None:
    source = "II. MỤC TIÊU\n\n1. Nước sạch\n\n\\- Tỷ lệ hộ dùng nước sạch đạt 95%.\n\n\\- Giảm 20% thất thoát so với năm 2020.\n\n\\- Đến năm 2030 có 12 trạm cấp nước."

    text = read_plan(pdf(tmp_path, source)).text

    assert "Nước sạch\n- Tỷ lệ" in text


def test_pdf_of_pictures_says_that_it_is_a_scan(tmp_path: Path) -> None:
    file = pdf(tmp_path, "#rect(width: 5cm, height: 5cm)\n#pagebreak()\n#circle()")

    with pytest.raises(PlanError, match=r"plan\.pdf: 2 page\(s\) without a text layer \(a scan\)"):
        read_plan(file)


VNI = "Tyû leä hoä gia ñình ñaït 80%".encode("cp1252")
TCVN3 = "Tû lÖ hé gia ®×nh ®¹t 80%, ®Õn n¨m 2025, ®¶m b¶o".encode("latin-1")
WINDOWS_1258 = unicodedata.normalize(
    "NFD", "Tỷ lệ hộ gia đình được phủ mạng đạt trên 80%, bảo đảm, số, trực"
).encode("cp1258", errors="ignore")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.txt", b"", r"empty\.txt: the file is empty"),
        ("blank.txt", b" \n\t\n", r"blank\.txt: the file holds no text"),
        ("utf16.txt", SENTENCE.encode("utf-16"), r"utf16\.txt: the file is UTF-16; save it as UTF-8"),
        (
            "tcvn3.txt",
            "Kế hoạch\n".encode() + TCVN3,
            r"tcvn3\.txt, line 2: byte 0xfb is not UTF-8; .*TCVN3.*save it as UTF-8",
        ),
        (
            "1258.txt",
            b"a\n\n" + WINDOWS_1258,
            r"1258\.txt, line 3: byte 0x.. is not UTF-8; .*Windows-1258",
        ),
        ("vni.txt", VNI, r"vni\.txt, line 1: byte 0xfb is not UTF-8; .*old Vietnamese encoding"),
        (
            "binary.txt",
            b"abc\x00\x01\x02def",
            r"binary\.txt, line 1: control character 0x00; this is a binary file",
        ),
        ("noise.bin", bytes(range(256)) * 4, r"noise\.bin, line 2: .*binary file"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, r"old\.doc: an old Word file"),
        ("text.rtf", b"{\\rtf1\\ansi abc}", r"text\.rtf: an RTF file"),
        ("broken.docx", b"PK\x03\x04 nothing more", r"broken\.docx: not a DOCX file, or damaged"),
        (
            "broken.pdf",
            b"%PDF-1.7\nnothing more",
            r"broken\.pdf: not a PDF file, or damaged",
        ),
        ("renamed.pdf", b"PK\x03\x04 nothing more", r"renamed\.pdf: not a PDF file, or damaged"),
        ("renamed.docx", b"%PDF-1.7\nnothing more", r"renamed\.docx: not a DOCX file, or damaged"),
        ("large.txt", b"a" * 33_000_000, r"large\.txt: 33 MB; a plan has at most 32 MB"),
    ],
)
def test_a_file_that_is_no_plan_text_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(PlanError, match=message) as refusal:
        read_plan(write(tmp_path, name, content))
    assert "\n" not in str(refusal.value)


def test_an_archive_that_is_no_word_document_is_refused(tmp_path: Path) -> None:
    import zipfile

    file = tmp_path / "sheet.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(PlanError, match="an archive, but not a Word document"):
        read_plan(file)


def test_text_in_another_language_gives_empty_tables_and_the_reason(tmp_path: Path) -> None:
    plan = read_plan(
        write(
            tmp_path, "english.txt", "By 2025, at least 80% of households shall have Internet access.\n" * 5
        )
    )

    assert (plan.listed_targets, plan.task_list) == ((), ())
    assert "không phải tiếng Việt" in plan.reasons[0]


def test_a_name_must_fit_exactly_one_plan() -> None:
    with pytest.raises(
        PlanError, match=r"^999: no plan of that name in data/raw/plans; there are 03-qd-bcd-2023, "
    ):
        read_plan("999")
    with pytest.raises(PlanError, match=r"missing\.txt: no such file"):
        read_plan("missing.txt")
    with pytest.raises(PlanError, match=r"6: no plan|plans begin so"):
        read_plan("")


def test_an_edited_raw_plan_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plans = tmp_path / "data" / "raw" / "plans"
    plans.mkdir(parents=True)
    write(plans, "1-kh.txt", SENTENCE)
    write(plans, "1-kh.toml", 'title = "x"\nproducer = "x"\nsource = "x"\nsha256 = "0"\nstatus = "real"\n')
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path))

    with pytest.raises(RawFileError, match="edited since it was received"):
        read_plan("1")


def test_a_plan_is_added_by_dropping_file_and_sidecar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hashlib import sha256

    plans = tmp_path / "data" / "raw" / "plans"
    plans.mkdir(parents=True)
    write(plans, "77-kh-ubnd-2023.txt", SENTENCE)
    side = f'title = "x"\nproducer = "UBND"\nsource = "x"\nsha256 = "{sha256(SENTENCE.encode()).hexdigest()}"\nstatus = "real"\n'
    write(
        plans,
        "77-kh-ubnd-2023.toml",
        side + '[plan]\nnumber = "77/KH-UBND"\ndate = "2023-02-01"\ngeography = "tỉnh Gia Lai"\n',
    )
    (tmp_path / "data" / "raw" / "reference").mkdir()
    names = ("indicators.csv", "indicators.toml", "agencies.csv", "agencies.toml")
    for name in ("project.toml", *(f"reference/{name}" for name in names)):
        source = Path(__file__).parents[1] / "data" / "raw" / name
        write(tmp_path / "data" / "raw", name, source.read_bytes())
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path))
    plan = read_plan("77")

    assert (plan.document.number, plan.document.geography) == ("77/KH-UBND", "tỉnh Gia Lai")
    assert plan.targets["id"].tolist() == ["77.01"]
    assert plan.targets["indicator"].tolist() == ["XHS_HO_INTERNET"]


def test_lines_and_characters_count_in_the_text_of_the_plan() -> None:
    plan = parse_text("Mục tiêu:\r\n\r\n- Tỷ lệ hộ có Internet đạt\r\n80%.\r\n")
    target = plan.targets.iloc[0]

    assert (target["line_start"], target["line_end"]) == (3, 4)
    assert (
        re.sub(r"\s+", " ", plan.text[target["char_start"] : target["char_end"]])
        == "Tỷ lệ hộ có Internet đạt 80%."
    )


def plan_with_codes(folder: Path, monkeypatch: pytest.MonkeyPatch, codes: str) -> list[str | None]:
    """Return the codes of a plan's two targets whose sidecar ends so."""
    from hashlib import sha256

    text = "Mục tiêu đến năm 2030:\n- Có ít nhất 500 doanh nghiệp số mới.\n- Tỷ lệ hộ gia đình có kết nối Internet đạt 80%.\n"
    digest = sha256(text.encode()).hexdigest()
    side = f'title = "x"\nproducer = "x"\nsource = "x"\nsha256 = "{digest}"\nstatus = "real"\n[plan]\nkey = "7"\n'
    plans = folder / "data" / "raw" / "plans"
    plans.mkdir(parents=True)
    write(plans, "7-kh.txt", text)
    write(plans, "7-kh.toml", side + codes)
    source = Path(__file__).parents[1] / "data" / "raw" / "project.toml"
    write(folder / "data" / "raw", "project.toml", source.read_bytes())
    monkeypatch.setenv("QNGAI_HOME", str(folder))
    return [target.indicator for target in read_plan("7").listed_targets]


@pytest.mark.parametrize("given", ["DN_MOI", "Số doanh nghiệp thành lập mới"])
def test_a_person_gives_a_target_its_indicator_by_a_line_of_the_sidecar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    assert plan_with_codes(tmp_path / "a", monkeypatch, "") == [None, "XHS_HO_INTERNET"]
    assert plan_with_codes(tmp_path / "b", monkeypatch, f'[codes]\n"7.01" = "{given}"\n') == [
        "DN_MOI",
        "XHS_HO_INTERNET",
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('"7.1" = "DN_MOI"', r"7-kh\.toml, \[codes\]: the plan has no target 7\.1; nearest: 7\.01"),
        ('"7.01" = "doanh nghiệp số"', r"the catalogue has no “doanh nghiệp số”; nearest: KTS_DN_CNS \("),
        (
            '"7.01" = "DN_MOII"',
            r"7-kh\.toml, \[codes\], 7\.01: the catalogue has no “DN_MOII”; nearest: DN_MOI \(",
        ),
    ],
)
def test_a_line_that_names_no_target_or_no_indicator_is_told_with_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, told: str
) -> None:
    with pytest.raises(PlanError, match=told):
        plan_with_codes(tmp_path, monkeypatch, f"[codes]\n{line}\n")


def test_a_file_is_called_by_the_number_of_its_plan_whatever_its_name(tmp_path: Path) -> None:
    head = "Số: 2145/QĐ-UBND\nĐắk Lắk, ngày 18 tháng 12 năm 2025\nQUYẾT ĐỊNH\nMục tiêu đến năm 2030:\n"
    file = write(tmp_path, "Quyết định chuyển đổi số.txt", head + "- Tỷ lệ hộ có Internet đạt 80%.\n")

    assert read_plan(file).listed_targets[0].id == "2145.01"
