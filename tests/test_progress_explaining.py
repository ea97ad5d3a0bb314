"""The reasons behind a verdict: every number that a reviewer needs to redo it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from plan_tables import SMARTPHONES

from qngai_analysis.evidence.observations import Observation, observations
from qngai_analysis.evidence.published import read_published
from qngai_analysis.plan.model import Target, target_of
from qngai_analysis.progress.explaining import explanation
from qngai_analysis.progress.judging import judge, knowledge
from qngai_analysis.progress.outcome import Outcome, PlanHead
from qngai_analysis.progress.yearly import explain
from qngai_analysis.values import values_of
from qngai_analysis.words.said import said

TARGET = target_of(
    {
        **SMARTPHONES,
        "id": "906.07",
        "line_start": 108,
        "line_end": 109,
    }
)
PLAN = PlanHead("906", citation="Quyết định số 906/QĐ-UBND ngày 13/07/2022")
SURVEYS = pd.DataFrame(
    {
        "id": ["HH2021", "HH2022", "HH2023", "press", "old-method"],
        "series": "điều tra hộ",
        "indicator": "XHS_SMARTPHONE_DS",
        "name": "Tỷ lệ người có điện thoại thông minh",
        "value": [48.0, 52.0, 63.0, 65.0, 40.0],
        "se": [1.5, 1.5, 1.5, None, None],
        "df": [40, 40, 40, None, None],
        "unit": "%",
        "territory": "QNG",
        "reference_date": ["2021", "2022", "2023", "2023", "2020"],
        "channel": ["cơ quan nhà nước"] * 3 + ["báo chí"] * 2,
        "method": [None] * 4 + ["phỏng vấn qua điện thoại"],
        "source_title": "Điều tra hộ gia đình",
        "address": "https://example.vn/dieu-tra",
        "evidence": "real",
    }
)


def reasons(target: Target = TARGET, observed: pd.DataFrame = SURVEYS, year: int = 2023, **settings) -> str:
    table = observations(observed)
    return str(explanation(outcome_of(target, table, year, **settings), rows(table)))


def rows(table: pd.DataFrame) -> dict[str, Observation]:
    return {figure.id: figure for figure in values_of(table, Observation)}


def outcome_of(target: Target, table: pd.DataFrame, year: int, plan: PlanHead = PLAN, **settings) -> Outcome:
    judged = judge(
        target, knowledge(values_of(table, Observation)), plan=plan, year=year, cutoff=date(2026, 3, 31)
    )
    return replace(judged, target=replace(target, agencies=settings.get("owners", ())), **settings)


@pytest.mark.parametrize(
    "sentence",
    [
        "Quyết định số 906/QĐ-UBND ngày 13/07/2022: “Tỷ lệ dân số trưởng thành có",
        "Cách hiểu áp dụng: đạt 80%, chậm nhất cuối năm 2025. Từ 80% trở lên là đạt.",
        "[HH2023] 63%; thời điểm 2023; sai số chuẩn 1,50, 40 bậc tự do. Nguồn: Điều tra hộ gia đình,"
        " https://example.vn/dieu-tra.",
        "Mâu thuẫn, nêu để đối chiếu, không lấy bình quân: [press] 65%",
        "Chuỗi so sánh được: 48% (cuối năm 2021, HH2021); 52% (cuối năm 2022, HH2022); 63% (cuối năm 2023",
        "Không nối vào chuỗi: old-method (khác phương pháp).",
        "qua báo chí, số được chọn của cơ quan nhà nước",
        # 1.5 × √(80·20 / 63·37) = 1.2427…; (63 − 80) / 1.2427 = −13.68
        "Sai số nếu đúng bằng mức mục tiêu: 1,500 × √((80 × 20) / (63 × 37)) = 1,243",
        "t = (63 − 80) / 1,243 = -13,68, 40 bậc tự do",
        "- Kiểm định một phía 95%, P(đạt) < 0,001 (đạt khi P ≥ 0,95, chưa đạt khi P ≤ 0,05): chưa đạt mức.",
        "Quãng đường đã đi: (63 − 48) / (80 − 48) = 0,469",
        "Thời gian đã qua: (2023 − 2021) / (2025 − 2021) = 0,500",
        "Tiến độ tuyến tính: 0,469 / 0,500 = 0,94: chậm tiến độ",
        # (63/48)^(1/2) − 1 = 14.56%; (80/48)^(1/4) − 1 = 13.62%
        "Eurostat: tăng bình quân 14,56%/năm trên 13,62%/năm cần có = 1,07",
        "ESCAP: 4,69 trên 10, kỳ vọng 5,00",
        "Cần (80 − 63) / (2025 − 2023) = 8,50 điểm phần trăm mỗi năm",
        "Phương pháp khác cho kết quả khác (tuyến tính 0,94; Eurostat R = 1,07).",
        "Sở Khoa học và Công nghệ (tên gọi tại 31/12/2023).",
    ],
)
def test_each_step_stands_there_with_its_numbers(sentence):
    text = reasons(owners=("Sở Khoa học và Công nghệ",))

    assert sentence in text.replace("\u00a0", " ")


def test_the_first_line_names_target_year_and_verdict():
    assert reasons().splitlines()[0] == "906.07, năm 2023: CHẬM TIẾN ĐỘ"


def test_strictly_more_is_said_in_words():
    strict = replace(TARGET, comparator=">", wording="đạt trên")

    assert "Phải lớn hơn 80%; đúng bằng 80% là chưa đạt." in reasons(strict)


def test_without_a_figure_the_nearest_is_named_as_no_more_than_that():
    proxy = replace(TARGET, indicator="XHS_DVCTT_SUDUNG")
    table = read_published()
    text = str(explanation(outcome_of(proxy, table, 2025), rows(table))).replace("\u00a0", " ")

    assert "Chưa có số liệu đáp ứng định nghĩa và phạm vi địa giới của chỉ tiêu." in text
    assert "[P089] Tỷ lệ hồ sơ TTHC nộp trực tuyến hơn 74%, 12/2025" in text
    assert "chỉ tiêu thay thế: tỷ lệ hồ sơ, không phải tỷ lệ dân số trưởng thành." in text
    assert "Chưa có số liệu." in text
    assert "Kế hoạch không ghi cơ quan chủ trì cho mục tiêu này." in text


def test_every_figure_passed_over_is_named_or_counted():
    table = read_published()
    target = replace(TARGET, indicator="KTS_GRDP")
    judged = outcome_of(target, table, 2025)
    text = str(explanation(judged, rows(table)))

    named = [item.id for item in judged.choice.passed if f"[{item.id}]" in text]
    assert len(judged.choice.passed) == 18
    assert len(named) + 8 == 18  # "và 8 số liệu khác" of the statistics office's national series
    assert "và 8 số liệu khác" in text


def test_estimates_of_districts_are_passed_over_in_one_line():
    districts = pd.concat(
        [SURVEYS.iloc[[2]].assign(id=f"HH-{code}", territory=f"QNG-{code}") for code in range(527, 534)]
    )
    text = reasons(observed=pd.concat([SURVEYS, districts], ignore_index=True))

    lines = [line for line in text.splitlines() if "HH-527" in line]
    assert len(lines) == 1
    assert "và 3 số liệu khác: là số của một phần địa bàn" in lines[0]
    assert "[HH-527] Tỷ lệ người có điện thoại thông minh 63%, Huyện Sơn Tịnh, 2023" in lines[0]


def test_a_replaced_target_names_the_plan_and_the_wording_that_replaced_it():
    wording = "Tỷ lệ người có chữ ký số đạt 50%."
    issuing = PlanHead("114", citation="Kế hoạch số 114/KH-UBND ngày 21/05/2025")
    table = observations(SURVEYS)
    later = outcome_of(
        replace(TARGET, id="114.07", text=wording, line_start=88, line_end=88), table, 2023, issuing
    )
    text = str(explanation(outcome_of(TARGET, table, 2023), rows(table), later))

    assert "Kế hoạch số 114/KH-UBND ngày 21/05/2025: “Tỷ lệ người có chữ ký số đạt 50%”." in text
    assert "114.07" not in text


def test_a_verdict_from_a_simulated_survey_says_so_in_its_headline_and_its_conclusion() -> None:
    made, real = reasons(observed=SURVEYS.assign(evidence="simulated")), reasons()
    conclusion = made.split("Kết luận\n")[1].split("\n\n")[0]

    assert made.splitlines()[0].endswith(" – SỐ LIỆU MÔ PHỎNG")
    assert "SỐ LIỆU MÔ PHỎNG: kết luận dựa trên điều tra mô phỏng" in conclusion
    assert "MÔ PHỎNG" not in real


def test_every_step_is_said_in_english_with_english_numbers() -> None:
    table = observations(SURVEYS)
    why = explanation(outcome_of(TARGET, table, 2023, owners=("Sở Khoa học và Công nghệ",)), rows(table))
    text = "\n".join(said(line, "en") for step in why.steps for line in step.lines).replace("\u00a0", " ")

    for sentence in (
        ": “Tỷ lệ dân số trưởng thành có điện thoại thông minh đạt 80%”.",
        "Read as: ≥ 80%, at the latest by the end of 2025. 80% or more meets it.",
        "[HH2023] 63%; date 2023; standard error 1.50, 40 degrees of freedom. Source: Điều tra hộ gia đình",
        "Not joined to the series: old-method (another method).",
        "63% is below the level 80% by 17 percentage points",
        "Department of Science and Technology (name on 31 December 2023).",
    ):
        assert sentence in text


def test_a_body_that_has_ended_has_no_name_of_the_years_last_day() -> None:
    assert "UBND huyện Sơn Tây (kết thúc hoạt động từ 01/7/2025)." in str(
        explain("03.45", 2025, real_only=True)
    )
    assert "Sở Y tế (tên gọi tại 31/12/2025)." in str(explain("906.15", 2025, real_only=True))
