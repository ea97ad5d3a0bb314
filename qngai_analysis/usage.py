"""What can be typed and what is said of it: help, what is wrong with a command, and what the shell's Tab key proposes.

click says such things in English only; here each kind has its wording in the catalogue.
"""

from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from qngai_analysis import paths
from qngai_analysis.errors import ParameterError, QngaiError
from qngai_analysis.project import plan_files
from qngai_analysis.words.language import message, spoken
from qngai_analysis.words.said import coded, translate

Complete = Callable[[click.Context, click.Parameter, str], list[str]]

#: What help leaves to be filled in, by how click writes it.
TYPED: dict[str, str] = coded("typed")
#: What names a file or a folder.
PATH = click.Path(path_type=Path)


class UnreadError(Exception):
    """The reader of standard output has gone: `qngai tasks 906 | head`."""


class Argument(click.Argument):
    """What is told by its place, with a help as options have one."""

    def __init__(self, names: Sequence[str], help: str, **rest: Any) -> None:
        super().__init__(names, **rest)
        self.help = help


argument = partial(click.argument, cls=Argument)
text = partial(click.option, default="")
flag = partial(click.option, is_flag=True)


class Command(click.Command):
    """A command; its help is written in Vietnamese and said in the language that is spoken."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how the command is typed, what it does and takes, which commands it has, and examples."""
        pieces, usage = _typed(" ".join(self.collect_usage_pieces(ctx))), message("Cách dùng:", {})
        formatter.write_usage(ctx.command_path, pieces, f"{usage} ")
        formatter.write_paragraph()
        formatter.write_text(message(self.help or "", {}))
        params, below = self.get_params(ctx), getattr(self, "commands", {})
        for title, rows in {
            message("Đối số", {}): [_row(param, ctx) for param in params if isinstance(param, Argument)],
            message("Tùy chọn", {}): [
                _row(param, ctx) for param in params if isinstance(param, click.Option)
            ],
            message("Các lệnh", {}): [(name, message(of.help, {})) for name, of in below.items()],
        }.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)
        if self.epilog:
            told = message(self.epilog, {})
            apart = "\n" + " " * (told.find(":") + 2)
            formatter.write_paragraph()
            formatter.write_text("\b\n" + told.replace(" · ", apart))  # a line each, to be copied


class Commands(Command, click.Group):
    """Commands below a name; a closed pipe leaves them as it is, where click would leave with 1."""

    command_class = Command
    group_class = type

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named."""
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
            return done
        except BrokenPipeError:
            raise UnreadError from None

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Return the command that was named."""
        if args[0] not in self.commands and not args[0].startswith("-"):
            near = ", ".join(_near(args[0], [*self.commands]))
            raise ParameterError("không có lệnh {name!r}; có {known}", name=args[0], known=near)
        return super().resolve_command(ctx, args)


def _row(param: click.Parameter, ctx: click.Context) -> tuple[str, str]:
    """Return the line of help on a parameter: how it is typed, what it is, its default and bounds."""
    record, help = param.get_help_record(ctx), getattr(param, "help", None) or ""
    marks = []
    default = param.get_help_extra(ctx).get("default") if isinstance(param, click.Option) else None
    if default and default != '""':
        marks.append(message("mặc định: {value}", {"value": default}))
    if isinstance(param.type, click.IntRange):
        marks.append("{}–{}".format(*_bounds(param.type)))
    if param.required:
        marks.append(message("bắt buộc", {}))
    told = message("In trợ giúp này.", {}) if "--help" in param.opts else message(help, {})
    names = _typed(record[0] if record else param.make_metavar(ctx))
    return names, f"{told}  [{'; '.join(marks)}]" if marks else told


def _typed(names: str) -> str:
    """Return what is typed with what is to be filled in, which click writes in capitals, in the user's language."""
    return re.sub(
        "INTEGER RANGE|[A-Z]+(_[A-Z]+)*",
        lambda found: translate(TYPED[found[0]], spoken()) if found[0] in TYPED else found[0],
        names,
    )


def _bounds(numbers: click.IntRange) -> tuple[object, object]:
    return numbers.min, "∞" if numbers.max is None else numbers.max


def _beginning(names: Callable[[], Iterable[str]]) -> Complete:
    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        try:
            return [name for name in names() if name.startswith(incomplete)]
        except QngaiError:  # outside a project there is nothing to propose
            return []

    return complete


def _surveys() -> list[str]:
    from qngai_analysis.survey.form.held import surveys

    return surveys()


def show_completion(ctx: click.Context, param: click.Parameter, asked: bool) -> None:
    """Print what makes the Tab key propose, for the shell that runs."""
    if asked:
        from click.shell_completion import BashComplete, get_completion_class  # seldom

        shell = get_completion_class(Path(os.environ.get("SHELL", "")).name) or BashComplete
        click.echo(shell(ctx.command, {}, "qngai", "_QNGAI_COMPLETE").source())
        ctx.exit()


plans = _beginning(lambda: [file.stem for file in plan_files()])
surveys = _beginning(_surveys)
notebooks = _beginning(lambda: sorted(file.stem for file in paths.notebooks().glob("*.ipynb")))


def fault_of(fault: click.ClickException) -> ParameterError:
    """Return a fault that click found in the arguments, as one of ours; one without a wording keeps click's."""
    match fault:
        case click.NoSuchOption(option_name=name, ctx=click.Context() as ctx):
            known = [option for item in ctx.command.params for option in item.opts if option.startswith("-")]
            if not known:
                return ParameterError(
                    "không có tùy chọn {option}; lệnh này không có tùy chọn nào", option=name
                )
            near = ", ".join(_near(name, known))
            return ParameterError("không có tùy chọn {option}; có {known}", option=name, known=near)
        case click.BadParameter(param=click.Parameter() as param, ctx=click.Context() as ctx):
            offered = [item.value for item in param.shell_complete(ctx, "") if item.value]
            name = (
                param.opts[0]
                if isinstance(param, click.Option)
                else _typed(param.make_metavar(ctx)).strip("[].")
            )
            help = message(getattr(param, "help", None) or "", {})
            said = {"name": name, "known": ", ".join(offered), "help": help}
            if isinstance(fault, click.MissingParameter):
                if offered:
                    return ParameterError("thiếu {name}; chọn một trong: {known}", **said)
                return ParameterError("thiếu {name}: {help}", **said)
            if offered:
                return ParameterError("{name}: phải là một trong {known}", **said)
            if not isinstance(param.type, click.IntRange):
                return ParameterError("{name}: giá trị không hợp lệ; {help}", **said)
            low, high = _bounds(param.type)
            return ParameterError("{name}: phải là số từ {low} đến {high}", low=low, high=high, **said)
        case click.BadOptionUsage(option_name=name):
            return ParameterError("tùy chọn {option} cần một giá trị", option=name)
    if extra := re.search(r"extra argument.*\(([^()]*)\)$", fault.format_message()):
        wording = "thừa đối số {extra}; mỗi tên có dấu cách đặt trong dấu nháy kép"
        return ParameterError(wording, extra=extra[1])
    return ParameterError("{fault} (gõ qngai --help để xem các lệnh)", fault=fault.format_message())


def _near(name: str, known: list[str]) -> list[str]:
    return difflib.get_close_matches(name, known, n=2, cutoff=0.5) or known
