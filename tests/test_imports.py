"""Files import each other one way; which room may know which stands in ``pyproject.toml``."""

from graphlib import TopologicalSorter

import grimp
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports


def test_no_file_imports_itself_through_others():
    graph = grimp.build_graph("qngai_analysis", cache_dir=None)  # imports for types count, too
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}

    assert len(imports) > 100
    TopologicalSorter(imports).prepare()  # an error names the circle


def test_rooms_know_only_those_below_them(capsys):
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == EXIT_STATUS_SUCCESS, (
        capsys.readouterr().out
    )
