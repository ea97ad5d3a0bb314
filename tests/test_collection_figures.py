"""Adding published figures: Vietnamese headings, proposals for the code, all rows or none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from office import project

from qngai_analysis import paths
from qngai_analysis.cli import main
from qngai_analysis.collection.figures import HEADINGS, add_figure, add_figures, write_template
from qngai_analysis.errors import EvidenceError, ParameterError
from qngai_analysis.evidence.published import read_published, read_relations
from qngai_analysis.plan import read_plan
from qngai_analysis.raw import read_table, replace_table, sidecar_path

ROW = {
    "indicator": "Tỷ lệ người dân có hồ sơ sức khỏe điện tử",
    "value": "trên 35",
    "unit": "%",
    "territory": "Quảng Ngãi",
    "reference_date": "12/2021",
    "source_title": "=Trang tin",
    "publisher": "Sở Y tế",
    "address": "https://soyte.quangngai.gov.vn/tin",
    "publication_date": "5/1/2022",
    "definition": "đúng",
    "level": "sơ bộ",
    "channel": "",
    "note": "",
}


@pytest.fixture
def home(tmp_path) -> Iterator[Path]:
    with project(tmp_path / "p") as folder:
        yield folder


def sheet(file: Path, *rows: dict[str, object]) -> Path:
    book = openpyxl.Workbook()
    book.active.append(list(HEADINGS.values()))
    for row in rows:
        book.active.append([None] * len(HEADINGS))
        for place, key in enumerate(HEADINGS, start=1):
            cell = book.active.cell(book.active.max_row, place)
            cell.value = row.get(key)
            if isinstance(row.get(key), str):
                cell.data_type = "s"
    book.save(file)
    return file


def test_a_column_a_year_gives_a_figure_for_each_year_that_is_filled(home, tmp_path):
    file = sheet(tmp_path / "f.xlsx", ROW | {"value": None, "reference_date": None})
    book = openpyxl.load_workbook(file)
    for place, (head, value) in enumerate(
        {2022: 0.31, "Năm 2023": "trên 35", "2024": None}.items(), len(HEADINGS) + 1
    ):
        book.active.cell(1, place).value, book.active.cell(2, place).value = head, value
    book.active.cell(2, len(HEADINGS) + 1).number_format = "0.0%"  # "31%" typed into Excel
    book.save(file)

    added, faults = add_figures(file)

    assert not faults
    rows = read_published().set_index("id").loc[list(added.ids)]
    assert rows[["reference_date", "value", "value_type"]].values.tolist() == [
        ["2022", 31.0, "point"],
        ["2023", 35.0, "lower_bound"],
    ]


def test_a_row_is_appended_and_read_with_its_bound_territory_and_series(home, tmp_path):
    before = read_published()
    added, faults = add_figures(sheet(tmp_path / "f.xlsx", ROW))

    assert not faults
    row = read_published().set_index("id").loc[added.ids[0]]
    assert row[["indicator", "value", "value_type", "territory", "reference_date", "vintage"]].tolist() == [
        "XHS_EHR", 35.0, "lower_bound", "QNG", "2021-12", "2022-01-05",
    ]  # fmt: skip
    assert row["source_title"] == "=Trang tin"
    assert "'=Trang tin" in paths.raw("published", "figures.csv").read_text(encoding="utf-8")
    assert len(read_published()) == len(before) + 1


def test_a_near_figure_gets_a_series_of_its_own_that_decides_nothing(home, tmp_path):
    near = {**ROW, "definition": "gần", "note": "Lượt cài đặt, không phải người"}
    added, _ = add_figures(sheet(tmp_path / "f.xlsx", near))
    (rule,) = (each for each in read_relations() if each.series == added.relations[0])

    assert (rule.indicator, rule.relation, rule.definition) == ("XHS_EHR", "proxy", "other")
    assert rule.reason == "Lượt cài đặt, không phải người"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"indicator": "Tỷ lệ dân số có tài khoản"}, "Chỉ tiêu: “Tỷ lệ dân số có tài khoản” không rõ là chỉ tiêu nào; ghi mã; gần nhất: XHS_"),
        ({"value": "nhiều"}, "Giá trị: “nhiều” không phải là số"),
        ({"value": None}, "Giá trị: để trống; ghi số, ví dụ 45,2"),
        ({"value": "191,3%"}, "Giá trị: 191,3% nằm ngoài 0 đến 100%"),
        ({"level": "gần đúng"}, "Mức độ: “gần đúng”; ghi chính thức"),
        ({"channel": "mạng"}, "Kênh: “mạng”; ghi cơ quan nhà nước, báo chí, trang khác"),
        ({"reference_date": "đầu năm"}, "Ngày số liệu: “đầu năm” không phải là ngày"),
        ({"territory": "Hà Tây"}, "Địa bàn: “Hà Tây” không có trong danh sách"),
        ({"definition": "tạm"}, "Định nghĩa: “tạm”"),
        ({"publisher": None}, "Cơ quan công bố: để trống"),
        ({"address": "javascript:x"}, "Địa chỉ: “javascript:x”"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_and_nothing_is_added(home, tmp_path, change, said):
    before = paths.raw("published", "figures.csv").read_bytes()
    added, faults = add_figures(sheet(tmp_path / "f.xlsx", ROW, {**ROW, **change}))

    assert added is None
    assert any(
        f", ô {'ABCDEFGHIJKLM'[[*HEADINGS].index(next(iter(change)))]}3: {said}" in str(fault)
        for fault in faults
    ), faults
    assert paths.raw("published", "figures.csv").read_bytes() == before


@pytest.mark.parametrize("column", ["reference_date", "publication_date"])
def test_a_figure_of_a_day_to_come_is_refused_and_one_of_today_is_taken(home, tmp_path, column):
    today = date.today()
    to_come = (today + timedelta(days=2)).strftime("%d/%m/%Y")
    added, (fault,) = add_figures(sheet(tmp_path / "f.xlsx", ROW | {column: to_come}))

    assert added is None
    assert f"{HEADINGS[column]}: ngày " in str(fault)
    assert "chưa đến" in str(fault)
    assert not add_figures(sheet(tmp_path / "f.xlsx", ROW | {column: today.strftime("%d/%m/%Y")}))[1]


def test_a_figure_may_be_of_the_running_year_and_its_publication_of_a_day_alone(home, tmp_path):
    year = str((date.today() + timedelta(days=1)).year)
    added, (fault,) = add_figures(sheet(tmp_path / "f.xlsx", ROW | {"publication_date": year}))

    assert added is None
    assert "Ngày công bố: " in str(fault)
    running = str(date.today().year)
    assert not add_figures(sheet(tmp_path / "f.xlsx", ROW | {"reference_date": running}))[1]


@pytest.mark.parametrize(
    ("words", "day", "found"),
    [
        ("Quảng Ngãi", "2024", "QNG"),
        ("Tỉnh Quảng Ngãi (trước 01/7/2025)", "31/12/2025", "QNG"),  # as reports print it
        ("tỉnh Quảng Ngãi", "31/12/2025", "QNG-2025"),
        ("Thành phố Quảng Ngãi", "2024", "QNG-522"),
        ("cả nước", "2024", "VN"),
        ("Ba Tơ", "31/12/2025", "21484"),  # the commune: the district of that name had ended
        ("Huyện Ba Tơ", "2024", "QNG-535"),
        ("Thị trấn Ba Tơ", "31/12/2025", "“Thị trấn Ba Tơ” từ 01/7/2025 không còn; ghi Xã Ba Tơ"),
        ("Xã Phổ Vinh", "31/12/2025", "“Xã Phổ Vinh” không có trong danh sách địa bàn; ghi Phường Đức Phổ"),
        ("Thị trấn Ba Tơ", "2024", "“Thị trấn Ba Tơ” từ 01/7/2025 không còn; ghi Xã Ba Tơ"),
        ("Huyện Ba Tơ", "31/12/2025", "“Huyện Ba Tơ” từ 01/7/2025 không còn; ghi đơn vị của ngày số liệu"),
        ("Xã Ba Tiêu", "31/12/2025", "“Xã Ba Tiêu” từ 01/7/2025 không còn; ghi Xã Ba Vì"),
        ("Xã Ba Tơ", "2024", "“Xã Ba Tơ” ngày ấy chưa có; ghi đơn vị của ngày số liệu"),
        ("Xã Ba Tu", "2026", "“Xã Ba Tu” không có trong danh sách địa bàn; ghi Xã Ba Tô, "),
    ],
)
def test_a_territory_is_the_unit_of_that_name_on_that_day(home, tmp_path, words, day, found):
    given = {**ROW, "territory": words, "reference_date": day, "publication_date": None}
    added, faults = add_figures(sheet(tmp_path / "f.xlsx", given))

    if added:
        assert read_published().set_index("id").loc[added.ids[0], "territory"] == found
    else:
        assert found in str(faults[0])


def test_a_sheet_pasted_as_csv_with_semicolons_is_read(home, tmp_path):
    file = tmp_path / "f.csv"
    lines = [";".join(HEADINGS.values()), ";".join(str(ROW[key]) for key in HEADINGS)]
    file.write_text("\n".join(lines), encoding="utf-8-sig")

    assert add_figures(file)[0] is not None


def test_one_figure_by_options_and_the_same_again_is_refused(home, capsys):
    options = [f"--{key.replace('_', '-')}={value}" for key, value in ROW.items()]

    assert main(["add", "figure", *options]) == 0
    assert "đã thêm P" in capsys.readouterr().out
    assert main(["add", "figure", *options]) == 2
    assert "đã có trong figures.csv" in capsys.readouterr().err
    assert main(["add", "figure", *options, "--value=nhiều"]) == 2
    assert "tùy chọn --value" in capsys.readouterr().err


def test_a_corrected_figure_stays_as_a_trace_and_speaks_no_more(home, capsys):
    given = {**ROW, "territory": "QNG"}
    (first,) = add_figure(**given)[0].ids
    before = paths.raw("published", "figures.csv").read_text("utf-8").splitlines()
    (second,) = add_figure(**{**given, "value": "trên 36"}, instead=first)[0].ids
    after = paths.raw("published", "figures.csv").read_text("utf-8").splitlines()

    assert after[: len(before) - 1] == before[:-1], "all others stay as they are, byte for byte"
    table = read_published().set_index("id")
    assert table.loc[first, "withheld"] == f"đính chính: thay bằng {second}"
    assert table.loc[second, "value"] == 36
    assert main(["withdraw", second, "--why", "ghi nhầm"]) == 0
    assert read_published().set_index("id").loc[second, "withheld"] == "ghi nhầm"
    assert main(["withdraw", first, "--why", "khác"]) == 2, "why it was is a trace, too"
    assert f"{first}: đã được bỏ (đính chính: thay bằng {second})" in capsys.readouterr().err
    assert add_figure(**given)[0], "what was withdrawn may be given again"
    known = read_relations()
    with pytest.raises(ParameterError, match="P9999: không có số liệu này"):
        add_figure(**{**given, "definition": "gần nghĩa", "value": "40"}, instead="P9999")
    assert read_relations() == known, "what corrects no figure leaves nothing behind"
    assert main(["withdraw", "P9999", "--why", "x"]) == 2
    assert "P9999: không có số liệu này" in capsys.readouterr().err


def test_an_indicator_may_be_given_by_a_target_and_the_channel_by_who_adds(home, tmp_path):
    given = ROW | {"indicator": "906.16", "value": "40", "channel": "Trang khác"}
    added, faults = add_figures(sheet(tmp_path / "f.xlsx", given, ROW))

    assert not faults
    rows = read_published().set_index("id").loc[list(added.ids)]
    target = read_plan("906").targets.set_index("id").loc["906.16", "indicator"]
    assert rows["indicator"].tolist() == [target, "XHS_EHR"]
    assert rows["channel"].tolist() == ["trang khác", "cơ quan nhà nước"], (
        "by the address where nothing is said"
    )


@pytest.mark.parametrize(
    ("publisher", "address", "channel"),
    [
        ("Cục Thống kê", "", "cơ quan nhà nước"),
        ("Thống kê tỉnh Quảng Ngãi", "", "cơ quan nhà nước"),
        ("Báo Quảng Ngãi", "", "báo chí"),
        ("Cục Thống kê", "https://baoquangngai.vn/tin", "báo chí"),  # where it was read
    ],
)
def test_what_an_authority_published_without_an_address_was_not_read_in_the_press(
    home, tmp_path, publisher, address, channel
):
    given = ROW | {"publisher": publisher, "address": address}
    added, _ = add_figures(sheet(tmp_path / "f.xlsx", given))
    table = read_table(paths.raw("published", "figures.csv")).set_index("id")

    assert table.loc[added.ids[0], "channel"] == channel


def test_an_empty_sheet_with_the_headings_can_be_had_once_and_holds_no_figure(home, tmp_path):
    write_template(tmp_path / "t.xlsx")
    with pytest.raises(EvidenceError, match="đã có tệp này"):
        write_template(tmp_path / "t.xlsx")
    added, (fault,) = add_figures(tmp_path / "t.xlsx")
    assert added is None
    assert "không có dòng số liệu nào; hàng đầu ghi: Chỉ tiêu · Giá trị" in str(fault)
    assert [cell.value for cell in openpyxl.load_workbook(tmp_path / "t.xlsx").active[1]] == list(
        HEADINGS.values()
    )


def test_a_change_that_was_cut_between_table_and_sidecar_is_finished(home, monkeypatch):
    file = paths.raw("reference", "series.csv")
    before, declared = file.read_text(encoding="utf-8"), sidecar_path(file).read_text(encoding="utf-8")
    content = (before + before.splitlines()[-1].replace("kts", "kts2") + "\n").encode()
    import hashlib

    renewed = declared.replace(declared.split('sha256 = "')[1][:64], hashlib.sha256(content).hexdigest())
    real = Path.replace

    def cut(self, target):
        if self.name.endswith(".toml.new"):
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "replace", cut)
    with pytest.raises(KeyboardInterrupt):
        replace_table(file, content, renewed)
    monkeypatch.setattr(Path, "replace", real)

    assert len(read_table(file)) == len(before.splitlines())
    assert not list(file.parent.glob("*.new"))


def test_the_doctor_finds_this_machine_in_order_and_names_an_edited_file(home, capsys):
    assert main(["doctor"]) == 0
    (paths.raw("reference", "duties.csv")).write_text("x", encoding="utf-8")
    assert main(["doctor"]) == 1
    assert "✗ reference/duties.csv: " in capsys.readouterr().out


def test_a_figure_published_after_the_cut_off_day_is_said_not_to_be_counted(
    home, tmp_path, monkeypatch, capsys
):
    late = ROW | {"publication_date": "5/1/2024"}
    monkeypatch.setattr("qngai_analysis.cli_collection.usual_year", lambda: 2022)

    assert main(["add", "figures", str(sheet(tmp_path / "f.xlsx", late))]) == 0
    assert "báo cáo năm 2022 không tính số liệu, trả lời đề ngày sau 31/3/2023" in capsys.readouterr().err


def test_of_a_year_without_a_plan_there_is_no_report_that_could_leave_a_figure_out(
    home, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr("qngai_analysis.cli_collection.usual_year", lambda: 2020)

    assert main(["add", "figures", str(sheet(tmp_path / "f.xlsx", ROW))]) == 0
    assert "qngai report" not in capsys.readouterr().err
