"""The program ``qngai``: while it loads, Ctrl+C ends it without a word, for there is nothing yet to clear away."""

import contextlib
import signal
import sys


def main() -> int:
    """Run the command line; what makes reports loads beside it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from qngai_analysis.edition.process import early

    renders = {"report", "render"} & {*sys.argv} and not {"--help", "--explain"} & {*sys.argv}
    with early() if renders else contextlib.nullcontext():
        from qngai_analysis.cli import main as run

        return run()


if __name__ == "__main__":
    sys.exit(main())
