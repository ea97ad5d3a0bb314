"""Surveys: from codebook to questionnaire, checked file, design-based estimate and protected table."""

from __future__ import annotations

from importlib import import_module
from typing import Any

# by module; loaded when first used, so that importing the package stays light
_MODULES = {
    "estimate.design": "Design Replicates",
    "estimate.estimates": "Survey",
    "form.codebook": "read_codebook",
    "form.held": "surveys",
    "release.disclosure": "protect",
    "release.publication": "published",
    "release.treatment": "Treatment",
    "loading": "load_survey",
    "form.intake": "load_frame load_file validate_file response_account response_outcomes",
    "as_evidence": "survey_observations",
}
_EXPORTS = {name: module for module, names in _MODULES.items() for name in names.split()}

__all__ = sorted(_EXPORTS)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_EXPORTS[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_EXPORTS)
