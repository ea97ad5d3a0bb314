"""A small project to test surveys in: one survey of shops, its codebook in sight."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from qngai_analysis import raw
from qngai_analysis.rehearse.population import Population
from qngai_analysis.rehearse.simulate import simulate

REPOSITORY = Path(__file__).resolve().parent.parent

SHOPS = """
[survey]
name = "shops"
vi = "Khảo sát cửa hàng"
en = "Survey of shops"
population_vi = "Cửa hàng"
population_en = "Shops"

[design]
identifier = ["shop_id"]
weight = "weight"
strata = "stratum"
fpc = ["shop_count"]
district = "district"
outcome = "outcome"
completed = "completed"
sample_key = "shop_id"

[choices]
yes_no = [
  { code = 1, name = "yes", vi = "Có", en = "Yes" },
  { code = 2, name = "no", vi = "Không", en = "No" },
]
outcome = [
  { code = 1, name = "completed", vi = "Hoàn thành", en = "Completed" },
  { code = 2, name = "unit_refused", vi = "Cửa hàng từ chối", en = "Shop refused" },
]
channels = [
  { code = 1, name = "website", vi = "Trang web", en = "Website" },
  { code = 2, name = "social", vi = "Mạng xã hội (Zalo, Facebook)", en = "Social networks" },
  { code = 3, name = "nothing", vi = "Không kênh nào", en = "None", exclusive = true },
]

[[section]]
name = "identification"
vi = "Định danh"
en = "Identification"

[[section]]
name = "trade"
vi = "Kinh doanh"
en = "Trade"

[[question]]
name = "shop_id"
section = "identification"
type = "text"
vi = "Mã cửa hàng"
en = "Number of the shop"
required = true

[[question]]
name = "district"
section = "identification"
type = "select_one"
choices = "@districts"
vi = "Huyện"
en = "District"
required = true
special = []

[[question]]
name = "outcome"
section = "identification"
type = "select_one"
choices = "outcome"
vi = "Kết quả"
en = "Outcome"
required = true
special = []

[[question]]
name = "stratum"
section = "identification"
type = "text"
source = "frame"
vi = "Tầng"
en = "Stratum"
required = true

[[question]]
name = "shop_count"
section = "identification"
type = "integer"
source = "frame"
low = 1
vi = "Số cửa hàng của tầng"
en = "Shops of the stratum"
required = true

[[question]]
name = "weight"
section = "identification"
type = "decimal"
source = "frame"
ask_if = 'outcome == "completed"'
low = 0.000001
vi = "Quyền số"
en = "Weight"
required = true

[[question]]
name = "opened"
section = "trade"
type = "date"
ask_if = 'outcome == "completed"'
vi = "Ngày khai trương"
en = "Opening day"

[[question]]
name = "sales"
section = "trade"
type = "decimal"
ask_if = 'outcome == "completed"'
low = 0
high = 100000
special = ["dont_know", "refused"]
vi = "Doanh thu"
en = "Sales"
unit = "triệu đồng"
simulate = { draw = "lognormal", median = 300, sigma = 0.6 }

[[question]]
name = "online"
section = "trade"
type = "select_one"
choices = "yes_no"
ask_if = 'outcome == "completed"'
vi = "Cửa hàng có bán hàng qua Internet không?"
en = "Does the shop sell over the Internet?"
targets = ["906.05"]
simulate = { pick = { yes = [0.3, 0.5] } }

[[question]]
name = "online_sales"
section = "trade"
type = "decimal"
ask_if = 'online == "yes"'
low = 0
high = 100000
special = ["dont_know", "refused"]
constraint = "online_sales <= sales"
constraint_vi = "Không thể lớn hơn doanh thu."
vi = "Doanh thu qua Internet"
en = "Sales over the Internet"
unit = "triệu đồng"
simulate = { draw = "fraction", of = "sales", mean = 0.2 }

[[question]]
name = "channels"
section = "trade"
type = "select_multiple"
choices = "channels"
ask_if = 'online == "yes"'
special = ["dont_know", "refused"]
vi = "Bán qua kênh nào?"
en = "Through which channels?"
simulate = { pick = { website = 0.4, social = 0.7 } }

[[indicator]]
name = "sells_online"
kind = "proportion"
code = "KTS_SME_NTS"
vi = "Tỷ lệ cửa hàng bán qua Internet"
en = "Shops selling online"
numerator = 'online == "yes"'
universe = 'outcome == "completed"'
targets = ["906.05"]

[[indicator]]
name = "on_social"
kind = "proportion"
vi = "Tỷ lệ cửa hàng bán trên mạng xã hội"
en = "Shops selling on social networks"
numerator = 'chosen(channels, "social")'
universe = 'outcome == "completed"'

[[indicator]]
name = "online_share"
kind = "ratio"
vi = "Tỷ trọng doanh thu qua Internet"
en = "Share of online sales"
numerator = "online_sales * 100"
denominator = "sales"
universe = 'outcome == "completed"'

[simulate]
years = [2024, 2025]
response = 0.8
dont_know = 0.03
refused = 0.01
missing = 0.01
trait = { "miền núi" = -0.4, unit = 1.0 }

[[simulate.part]]
label = ""
frame = "population"
per_unit = 600
strata = ["region"]
units = 300
"""

HEADER = "shop_id,district,outcome,stratum,shop_count,weight,opened,sales,online,online_sales,channels"

#: Four shops: two that sell online, one that does not, one that refused the interview.
ROWS = (
    "A1,522,1,plain,40,10,2020-05-01,200,1,50,1 2",
    "A2,522,1,plain,40,10,2021-06-30,100,2,,",
    "A3,524,1,plain,40,10,2019-01-15,400.5,1,-8,2",
    "A4,524,2,plain,40,,,,,,",
)


def csv_text(*rows: str, header: str = HEADER) -> str:
    """Return a CSV: the header, then the rows (by default the four shops)."""
    return "\n".join((header, *(rows or ROWS))) + "\n"


def changed(number: int, **cells: str) -> str:
    """Return the four shops with cells of one shop (counted from 1) replaced."""
    names = HEADER.split(",")
    rows = [row.split(",") for row in ROWS]
    for name, value in cells.items():
        rows[number - 1][names.index(name)] = f'"{value}"' if "," in value else value
    return csv_text(*(",".join(row) for row in rows))


def make_project(folder: Path, monkeypatch: pytest.MonkeyPatch, *, shops: str = SHOPS) -> Path:
    """Lay out a project with the real districts and the survey of shops; return its surveys' folder."""
    home = folder / "project"
    (home / "notebooks").mkdir(parents=True)
    (home / "data" / "raw" / "reference").mkdir(parents=True)
    for name in ("districts.csv", "districts.toml"):
        shutil.copy(REPOSITORY / "data/raw/reference" / name, home / "data/raw/reference" / name)
    for name in ("project.toml", "sectors.toml", "office.toml"):
        shutil.copy(REPOSITORY / "data/raw" / name, home / "data/raw" / name)
    surveys = home / "data" / "raw" / "surveys"
    (surveys / "shops").mkdir(parents=True)
    (surveys / "shops" / "codebook.toml").write_text(shops, encoding="utf-8")
    monkeypatch.setenv("QNGAI_HOME", str(home))
    return surveys


def add_real_surveys(surveys: Path) -> None:
    """Put the codebooks of the repository beside the survey of shops."""
    for book in (REPOSITORY / "data/raw/surveys").glob("*/codebook.toml"):
        (surveys / book.parent.name).mkdir(exist_ok=True)
        shutil.copy(book, surveys / book.parent.name / "codebook.toml")


#: Surveys of the repository.
REAL = ("enterprises", "farms", "health_facilities", "households", "schools", "tourism")


def make_whole_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lay out a project with the survey of shops and those of the repository; return its surveys' folder."""
    surveys = make_project(folder, monkeypatch)
    add_real_surveys(surveys)
    return surveys


#: Samples that tests take of one population, whose million people take seconds to make up: all are drawn of it at once.
SCALES = {("households", 2024): (0.3, 1.0), ("households", 2025): (0.1, 0.3, 1.0)}


@cache
def simulated(survey: str, year: int, scale: float) -> Path:
    """Simulate a survey of the repository once a test run; return its file (its sidecar beside it)."""
    return _samples(survey, year, SCALES.get((survey, year), (scale,)))[scale]


@cache
def _samples(survey: str, year: int, scales: tuple[float, ...]) -> dict[float, Path]:
    made: list[Population] = []

    def same(*of: Any) -> Population:
        made.extend([] if made else [Population(*of)])
        return made[0]

    files = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qngai_analysis.rehearse.simulate.Population", same)
        patch.setattr(Population, "truth", cache(Population.truth))
        for scale in scales:
            folder = Path(tempfile.mkdtemp(prefix="qngai-simulated-"))
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            files[scale] = simulate(survey, year, folder=folder, scale=scale)
    return files


def copy_simulated(surveys: Path, survey: str, year: int, scale: float = 1.0) -> Path:
    """Put a simulated file with its sidecar into a test's project."""
    file = simulated(survey, year, scale)
    for one in (file, raw.sidecar_path(file)):
        shutil.copy(one, surveys / survey / one.name)
    return surveys / survey / file.name


def of_sizes(
    name: str, universe: str, numerator: str = "sales", denominator: str = "", *, kind: str = ""
) -> str:
    """A mean of sizes of shops, a ratio to something else, or an indicator of another ``kind``, as a codebook has it."""
    below = f"denominator = '{denominator}'\n" if denominator else ""
    return f"""[[indicator]]
name = '{name}'
kind = '{kind or ("ratio" if denominator else "mean")}'
unit = 'x'
vi = '{name}'
en = '{name}'
numerator = '{numerator}'
{below}universe = 'outcome == "completed" and {universe}'

"""


def deliver(file: Path, content: str | bytes, *, status: str = "real") -> Path:
    """Write a survey file with its sidecar, as an office's delivery stands in data/raw."""
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    write_sidecar(file, status=status)
    return file


def write_sidecar(file: Path, *, status: str = "real") -> None:
    """Write the sidecar of a file that is there."""
    raw.sidecar_path(file).write_text(
        f'title = "Khảo sát cửa hàng 2025"\nproducer = "Sở Công Thương"\nsource = "survey"\n'
        f'sha256 = "{raw.sha256(file)}"\nstatus = "{status}"\n',
        encoding="utf-8",
    )
