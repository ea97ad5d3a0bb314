"""JupyterLab as a statistician meets it: in Vietnamese, on the first notebook, without news."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

FIRST = "bat_dau.ipynb"
SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/translation-extension:plugin": {"locale": "vi_VN"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}


def arguments(folder: Path, *, port: int | None, browser: bool) -> list[str]:
    """Return the command that opens JupyterLab on a folder."""
    first = [f"--LabApp.default_url=/lab/tree/{FIRST}"] if (folder / FIRST).is_file() else []
    chosen = [f"--port={port}"] if port else []
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        str(folder),
        *first,
        *chosen,
        "--LabApp.expose_app_in_browser=True",  # the form of the parameters runs the notebook anew
        "--ServerApp.answer_yes=True",  # one Ctrl+C ends it, as the tutorial says; else it asks in English
        *([] if browser else ["--no-browser"]),
    ]


def run(folder: Path, *, port: int | None = None, browser: bool = True) -> int:
    """Run JupyterLab until it ends, and end it with its kernels when this process is asked to end."""
    with tempfile.TemporaryDirectory(prefix="qn-lab-") as home:
        settings = Path(home) / "labconfig" / "default_setting_overrides.json"
        settings.parent.mkdir()
        settings.write_text(json.dumps(SETTINGS), encoding="utf-8")
        # the environment's own kernel first: a user's kernel of the same name may lack the packages
        search = os.pathsep.join(filter(None, [home, os.environ.get("JUPYTER_CONFIG_PATH", "")]))
        environment = os.environ | {"JUPYTER_PREFER_ENV_PATH": "1", "JUPYTER_CONFIG_PATH": search}
        with subprocess.Popen(arguments(folder, port=port, browser=browser), env=environment) as server:
            # the server ends its kernels when it is terminated; left alone it would outlive us with its port
            asked: list[int] = []

            def end(number: int, _: object) -> None:
                asked.append(number)
                if number == signal.SIGTERM or os.name != "nt":  # on Windows Ctrl+C reaches the server too
                    server.terminate()

            for number in (signal.SIGINT, signal.SIGTERM):  # Ctrl+C may have come to this process alone
                signal.signal(number, end)
            code = server.wait()
            return 128 + asked[0] if asked else code
