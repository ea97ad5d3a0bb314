"""Drive a real JupyterLab in headless Chromium: open a sector notebook, run it all, move the controls, look.

Not part of the fast tests: it needs Chromium with its driver (Debian: ``apt-get install chromium
chromium-driver``) and takes about a minute. Run it as

    uv run python tests/manual/drive_jupyterlab.py [--pictures FOLDER]

It rehearses in a project of its own in a temporary folder, starts ``qngai lab`` there, checks what a
person would see, and leaves with 1 if anything is not as it should be. The pictures are to be looked at.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qngai_analysis import paths
from qngai_analysis.rehearse.simulate import simulate

NOTEBOOK = "nong_nghiep.ipynb"
SURVEY, YEARS = "farms", (2024, 2025)
TOKEN = "rehearsal"
ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--window-size=1400,1600",
)  # fmt: skip
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key of an element in the WebDriver protocol


class Browser:
    """As much of the WebDriver protocol as is needed here."""

    def __init__(self, driver: str, binary: str, profile: Path) -> None:
        self.root = driver
        options = {"binary": binary, "args": [*ARGUMENTS, f"--user-data-dir={profile}"]}
        capabilities = {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"},
        }
        made = self._send("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self.root += f"/session/{made['sessionId']}"

    def _send(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.root + path, data, {"Content-Type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as fault:
            raise RuntimeError(json.load(fault)["value"]["message"]) from fault

    def open(self, address: str) -> None:
        self._send("POST", "/url", {"url": address})

    def run(self, script: str, *arguments: object) -> Any:
        return self._send("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def click(self, xpath: str) -> None:
        found = self._send("POST", "/element", {"using": "xpath", "value": xpath})
        self._send("POST", f"/element/{found[ELEMENT]}/click", {})

    def widen(self, width: int) -> None:
        self._send("POST", "/window/rect", {"width": width, "height": 1600})

    def picture(self, file: Path) -> None:
        file.write_bytes(base64.b64decode(self._send("GET", "/screenshot")))

    def log(self, kind: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self._send("POST", "/se/log", {"type": kind})
        return entries

    def wait(self, what: str, script: str, seconds: float = 120) -> Any:
        """Return the first true value of a script; fail if there is none in time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if value := self.run(script):
                return value
            time.sleep(0.3)
        raise RuntimeError(f"waited {seconds:g} s in vain for: {what}")

    def close(self) -> None:
        self._send("DELETE", "")


# ---------------------------------------------------------------- what is started


def project(folder: Path) -> Path:
    """Make a project with simulated surveys of two years."""
    home = folder / "home"
    shutil.copytree(paths.raw(), home / "data" / "raw", ignore=shutil.ignore_patterns("20[0-9][0-9].*"))
    shutil.copytree(paths.notebooks(), home / "notebooks", ignore=shutil.ignore_patterns(".*"))
    for year in YEARS:
        simulate(SURVEY, year, folder=home / "data" / "raw" / "surveys" / SURVEY)
    return home


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextlib.contextmanager
def running(command: list[str], port: int, environment: dict[str, str], log: Path) -> Iterator[None]:
    """Run a server until it is no longer needed."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            for _ in range(300):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                time.sleep(0.2)
            else:
                raise RuntimeError(f"{command[0]} did not start: {log.read_text(errors='replace')[-800:]}")
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 15)
            process.wait(timeout=30)


def jupyter_settings(folder: Path, port: int) -> Path:
    settings = folder / "jupyter"
    settings.mkdir()
    content = {
        "ServerApp": {"open_browser": False, "port": port, "ip": "127.0.0.1", "allow_root": True},
        "IdentityProvider": {"token": TOKEN},
    }
    (settings / "jupyter_server_config.json").write_text(json.dumps(content))
    return settings


def broken_kernel(folder: Path) -> Path:
    """Give the user a kernel of the usual name that can't start: ``qngai lab`` must not take it."""
    data = folder / "user"
    (data / "kernels" / "python3").mkdir(parents=True)
    content = {"argv": ["false"], "display_name": "Python 3 (of the user, broken)", "language": "python"}
    (data / "kernels" / "python3" / "kernel.json").write_text(json.dumps(content))
    return data


# ---------------------------------------------------------------- what is looked at

CHART = "const i = [...document.querySelectorAll('.jupyter-widgets figure.chart img')].pop(); return i ? i.src : '';"
ROWS = """return [...document.querySelectorAll('.jupyter-widgets .sorting tbody tr:not([hidden])')]
    .map(row => [...row.children].map(cell => cell.textContent.trim()))"""
SELECT = """
const [name, label] = arguments;
const box = [...document.querySelectorAll('.widget-dropdown')]
    .find(box => box.querySelector('label').textContent.trim() === name);
const select = box.querySelector('select');
const plain = option => option.text.replaceAll('\\u00a0', ' ');  // ipywidgets keeps spaces apart from breaking
const option = [...select.options].find(option => plain(option) === label);
if (!option) throw new Error(`${name}: no ${label} among ` + [...select.options].map(o => o.text).join(' | '));
select.selectedIndex = option.index;
select.dispatchEvent(new Event('change', {bubbles: true}));
"""

# the wordings on screen that are wider than their control
CUT = """
const pen = document.createElement('canvas').getContext('2d');
const arrow = 28;
return [...document.querySelectorAll('.widget-dropdown')].flatMap(box => {
    const [label, select] = [box.querySelector('label'), box.querySelector('select')];
    pen.font = getComputedStyle(select).font;
    const text = select.selectedOptions[0].text;
    const cut = pen.measureText(text).width + arrow > select.clientWidth;
    return label.scrollWidth > label.clientWidth ? [label.textContent] : cut ? [text] : [];
});
"""


class Looked:
    """What was looked at, and whether it was as it should be."""

    def __init__(self, pictures: Path | None) -> None:
        self.pictures = pictures
        self.faults = 0

    def at(self, what: str, good: bool, seen: object = "") -> None:
        print(f"{'as it should be' if good else 'WRONG':16}{what}{f': {seen}' if seen != '' else ''}")
        self.faults += not good

    def picture(
        self, browser: Browser, name: str, of: str = ".jp-Notebook .jupyter-widgets.widget-vbox"
    ) -> None:
        if self.pictures is not None:
            for _ in range(3):  # cells above take their size only when they come near the screen
                browser.run(f"document.querySelector({of!r})?.scrollIntoView()")
                time.sleep(0.7)
            browser.picture(self.pictures / f"{name}.png")


def look(browser: Browser, port: int, looked: Looked) -> None:
    start = time.monotonic()
    browser.open(f"http://127.0.0.1:{port}/lab/tree/{NOTEBOOK}?token={TOKEN}&reset")
    browser.wait("the notebook", "return document.querySelectorAll('.jp-Notebook .jp-CodeCell').length > 3")
    kernel = browser.wait(
        "the kernel",
        "const k = document.querySelector('.jp-Toolbar-kernelName'); return k && /Python/.test(k.textContent) && k.textContent",
    )
    looked.at(
        "opened with the environment's kernel, not the user's broken one",
        kernel == "Python 3 (ipykernel)",
        kernel,
    )
    ran = time.monotonic()
    looked.at(
        "no news pop-up",
        not browser.run(
            "return document.querySelectorAll('.jp-Notification-Toast, .Toastify__toast').length"
        ),
    )
    looked.picture(browser, "0-before")
    _run_all(browser, looked)
    browser.wait(
        "the explorer", "return document.querySelectorAll('.widget-dropdown select').length === 7", 300
    )
    browser.wait(
        "the last cell",
        "return ![...document.querySelectorAll('.jp-InputPrompt')].some(p => p.textContent.includes('*'))",
        300,
    )
    errors = browser.run(
        "return [...document.querySelectorAll('.jp-RenderedText[data-mime-type$=stderr]')].map(e => e.textContent)"
    )
    looked.at(
        f"all cells run in {time.monotonic() - ran:.0f} s without a word on standard error",
        not errors,
        errors or "",
    )
    looked.at("words stand left and numbers right in the report's tables", *_alignment(browser))
    _controls(browser, looked)
    _saving(browser, looked)
    _form(browser, looked)
    _heading(browser, looked)
    _outside(browser, port, looked)
    print(f"{'':16}{time.monotonic() - start:.0f} s in all")


def _run_all(browser: Browser, looked: Looked) -> None:
    """Restart the kernel and run all cells by the toolbar: the menus are Vietnamese."""
    labels = browser.run(
        "return [...document.querySelectorAll('.lm-MenuBar-itemLabel')].map(e => e.textContent)"
    )
    looked.at("the menus are Vietnamese", "File" not in labels, ", ".join(labels))
    browser.click("//*[@data-command='notebook:restart-run-all']")
    browser.wait("the question", "return !!document.querySelector('.jp-Dialog .jp-mod-accept:last-child')")
    browser.click("(//*[contains(@class,'jp-Dialog')]//button[contains(@class,'jp-mod-accept')])[last()]")


def _alignment(browser: Browser) -> tuple[bool, object]:
    found = browser.run(
        "const of = selector => getComputedStyle(document.querySelector('.jp-OutputArea .qn table ' + selector)).textAlign;"
        "return [of('tbody th, td:not([class])'), of('td.num')]"
    )
    return found == ["left", "right"], found


def _controls(browser: Browser, looked: Looked) -> None:
    first = browser.wait("the chart", CHART)
    rows = browser.wait("the table", ROWS + ".length ? " + ROWS.removeprefix("return ") + " : null")
    looked.at("the table shows two kinds of units", len(rows) == 2, [row[0] for row in rows])
    looked.picture(browser, "1-explorer")

    _choose(browser, "Cách xem", "Sơ đồ ô vuông")
    mapped = _changed(browser, first)
    rows = browser.run(ROWS)
    looked.at("the tile map replaces the dots and brings the districts", len(rows) == 13, len(rows))
    looked.picture(browser, "2-tile-map")

    _choose(browser, "Phân tổ theo", "loại đơn vị")
    grouped = _changed(browser, mapped)
    view = browser.run(
        "return [...document.querySelectorAll('.widget-dropdown select')].pop().selectedOptions[0].text"
    )
    looked.at(
        "another grouping leaves the map", view.replace("\u00a0", " ") == "Chấm và khoảng tin cậy", view
    )
    rows = browser.run(ROWS)
    looked.at("the table follows", len(rows) == 2, [row[0] for row in rows])

    _choose(browser, "Cách xem", "Qua các năm")
    _changed(browser, grouped)
    rows = browser.run(ROWS)
    looked.at("two groups in two years", len(rows) == 4, len(rows))
    looked.picture(browser, "3-over-years")

    _sorting(browser, looked)
    _code(browser, looked)
    looked.picture(browser, "4-code")

    years = browser.run(CHART)
    _choose(browser, "Cách xem", "Chấm và khoảng tin cậy")
    one = _changed(browser, years)
    _choose(browser, "và theo", "hoạt động sản xuất chính")
    _changed(browser, one)
    rows = browser.run(ROWS)
    looked.at("two groupings at once", len(rows) > 4 and all(" × " in row[0] for row in rows), len(rows))
    looked.picture(browser, "5-two-groupings")
    for width in (1920, 1280, 1100, 1400):  # back to the width it had
        browser.widen(width)
        time.sleep(0.7)
        cut = browser.run(CUT)
        looked.at(f"no control is cut in a window of {width} px", not cut, cut or "")
        looked.picture(browser, f"5-window-of-{width}")


def _choose(browser: Browser, name: str, label: str) -> None:
    browser.run(SELECT, name, label)


def _changed(browser: Browser, before: str) -> str:
    script = CHART.replace(
        "return i ? i.src : ''", f"return i && i.src !== {json.dumps(before)} ? i.src : ''"
    )
    after: str = browser.wait("another chart", script, 60)
    time.sleep(0.5)  # the table comes with the chart
    return after


def _sorting(browser: Browser, looked: Looked) -> None:
    head = "[...document.querySelectorAll('.jupyter-widgets .sorting thead th')].find(h => h.textContent.includes('Ước lượng'))"
    browser.run(f"{head}.click()")
    time.sleep(0.5)
    column = browser.run(f"return [...{head}.parentNode.children].indexOf({head})")
    shown = [row[column] for row in browser.run(ROWS)]
    values = [float(text.split("%")[0].replace(",", ".")) for text in shown if text != "…"]
    looked.at("a click on a head sorts by the number", values == sorted(values), " ".join(shown))
    browser.run(
        "const i = document.querySelector('.jupyter-widgets .sorting input');"
        "i.value = 'trang trai'; i.dispatchEvent(new Event('input', {bubbles: true}));"
    )
    time.sleep(0.5)
    found = {row[0] for row in browser.run(ROWS)}
    looked.at("searching needs no diacritics", len(found) == 1 and "rang trại" in str(found), found)


def _code(browser: Browser, looked: Looked) -> None:
    browser.click("//*[contains(@class,'jupyter-widget-Collapse-header')]")
    code = browser.wait("the code", "return document.querySelector('.widget-html pre')?.textContent")
    done = subprocess.run(
        [sys.executable, "-c", code + "\nprint(len(table))"], capture_output=True, text=True, check=False
    )
    looked.at(
        "the code on screen runs and makes the same rows",
        done.stdout.strip() == "4",
        done.stdout + done.stderr[-300:],
    )


def _saving(browser: Browser, looked: Looked) -> None:
    browser.run(
        "[...document.querySelectorAll('.jupyter-widgets button')].find(b => b.textContent === 'Lưu…').click()"
    )
    browser.wait("the links", "return document.querySelector('.jupyter-widgets a[download]')")
    links = browser.run(
        "return Object.fromEntries([...document.querySelectorAll('.jupyter-widgets a[download]')].map(a => [a.download, a.href]))"
    )
    held = {name: base64.b64decode(address.partition(",")[2]) for name, address in links.items()}
    files = ["bang.csv", "bang.xlsx", "bieu_do.png", "bieu_do.svg"]
    looked.at("chart and table can be saved", sorted(held) == files, sorted(held))
    looked.at("the chart is a drawing that says simulated", "MÔ PHỎNG" in held["bieu_do.svg"].decode())
    looked.at("the table says simulated", "MÔ PHỎNG" in held["bang.csv"].decode("utf-8-sig"))
    png = held["bieu_do.png"]
    looked.at("the chart is saved as PNG", png.startswith(b"\x89PNG"), f"{len(png)} bytes")
    looked.picture(browser, "6-saved", ".jupyter-widgets figure.chart")
    if looked.pictures is not None:
        (looked.pictures / "6-saved-chart.png").write_bytes(png)


IDLE = "return ![...document.querySelectorAll('.jp-InputPrompt')].some(p => p.textContent.includes('*'))"
CELL = "window.jupyterapp.shell.currentWidget.content.model.cells"


def _form(browser: Browser, looked: Looked) -> None:
    """Choose another year and language in the form above the notebook, and look at what it runs."""
    browser.run("document.querySelector('.jp-OutputArea form [name=lang]').scrollIntoView()")
    browser.run(
        "const f = document.querySelector('.jp-OutputArea form');"
        "f.elements.year.value = '2024'; f.elements.lang.value = 'en'; f.requestSubmit()"
    )
    browser.wait("the new run", "return document.body.textContent.includes('Published figures')", 300)
    browser.wait("the last cell", IDLE, 300)
    source = browser.run(f"return {CELL}.get(1).sharedModel.getSource()")
    looked.at(
        "the form wrote the parameters cell",
        "year: int = 2024  #" in source and 'lang: Literal["vi", "en"] = "en"  #' in source,
        source,
    )
    looked.picture(browser, "7-the-form", ".jp-OutputArea form")
    looked.picture(browser, "7-after-the-form")


def _heading(browser: Browser, looked: Looked) -> None:
    """Write another heading into the notebook, save it, and render it."""
    browser.run(f"{CELL}.get(4).sharedModel.setSource('## Câu hỏi của riêng tôi?')")
    browser.run("window.jupyterapp.shell.currentWidget.context.save()")
    file = Path(os.environ["QNGAI_HOME"]) / "notebooks" / NOTEBOOK
    for _ in range(50):
        if "Câu hỏi của riêng tôi" in file.read_text(encoding="utf-8"):
            break
        time.sleep(0.2)
    command = [
        sys.executable,
        "-m",
        "qngai_analysis",
        "render",
        str(file),
        "--year",
        "2025",
        "--formats",
        "html",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    page = Path(done.stdout.split("\n")[0])
    looked.at(
        "a heading edited in JupyterLab stands in the report",
        page.is_file() and "Câu hỏi của riêng tôi?" in page.read_text(encoding="utf-8"),
        done.stderr[-200:],
    )
    if looked.pictures is not None:
        browser.open(page.as_uri())
        browser.picture(looked.pictures / "8-the-report.png")


def _outside(browser: Browser, port: int, looked: Looked) -> None:
    home = (
        "file:",
        f"http://127.0.0.1:{port}",
        f"ws://127.0.0.1:{port}",
        "data:",
        "blob:",
        "about:",
        "chrome",
    )
    messages = [json.loads(entry["message"])["message"] for entry in browser.log("performance")]
    asked = {m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"}
    away = sorted(url for url in asked if not url.startswith(home))
    looked.at(f"of {len(asked)} requests none went elsewhere", not away, away or "")
    severe = [entry["message"] for entry in browser.log("browser") if entry["level"] == "SEVERE"]
    looked.at("no error in the browser's console", not severe, severe or "")


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--pictures", type=Path, help="folder for pictures of the screen")
    asked.add_argument("--chromium", default=shutil.which("chromium") or "/usr/bin/chromium")
    asked.add_argument("--driver", default=shutil.which("chromedriver") or "/usr/bin/chromedriver")
    options = asked.parse_args()
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    looked = Looked(options.pictures)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as work:
        folder = Path(work)
        os.environ["QNGAI_HOME"] = str(project(folder))
        lab_port, driver_port = free_port(), free_port()
        environment = os.environ | {
            "JUPYTER_CONFIG_DIR": str(jupyter_settings(folder, lab_port)),
            "JUPYTER_DATA_DIR": str(broken_kernel(folder)),
        }
        lab = [sys.executable, "-m", "qngai_analysis", "lab"]
        driver = [options.driver, f"--port={driver_port}"]
        with (
            running(lab, lab_port, environment, folder / "lab.log"),
            running(driver, driver_port, dict(os.environ), folder / "driver.log"),
        ):
            browser = Browser(f"http://127.0.0.1:{driver_port}", options.chromium, folder / "profile")
            try:
                look(browser, lab_port, looked)
            except RuntimeError:
                looked.picture(browser, "where-it-stopped")
                raise
            finally:
                browser.close()
    return 1 if looked.faults else 0


if __name__ == "__main__":
    sys.exit(main())
