"""The program ``qngai``: while it loads, Ctrl+C ends it without a word, for there is nothing yet to clear away."""

import signal
import sys


def main() -> int:
    """Run the command line."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from qngai_analysis.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
