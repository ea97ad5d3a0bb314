"""The program ``qngai``: while it loads, Ctrl+C ends it without a word, for there is nothing yet to clear away."""

import atexit
import contextlib
import os
import signal
import sys


def main() -> int:
    """Run the command line; what makes reports loads beside it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from qngai_analysis.edition.process import early

    renders = {"report", "render"} & {*sys.argv} and not {"--help", "--explain"} & {*sys.argv}
    with early() if renders else contextlib.nullcontext():
        from qngai_analysis.cli import main as run

        code = run()
    with contextlib.suppress(OSError):  # nobody reads what is left to say: Python has its own end for that
        sys.stdout.flush()
        sys.stderr.flush()
        atexit._run_exitfuncs()
        os._exit(code)  # taking apart all that was loaded takes as long as loading some of it
    return code


if __name__ == "__main__":
    sys.exit(main())
