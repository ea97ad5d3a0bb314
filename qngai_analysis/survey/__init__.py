"""Surveys: from codebook to questionnaire, checked file, design-based estimate and protected table."""

from __future__ import annotations

from importlib import import_module
from typing import Any

# name -> module; loaded when first used, so that importing the package stays light
_EXPORTS = {
    "Design": "design",
    "Replicates": "replicates",
    "Survey": "estimates",
    "Reliability": "reliability",
    "nchs_flag": "reliability",
    "nchs_reason": "reliability",
    "reliability_standard": "reliability",
    "Codebook": "codebook",
    "read_codebook": "codebook",
    "surveys": "codebook",
    "measured_targets": "codebook",
    "survey_coverage": "codebook",
    "protect": "disclosure",
    "published": "publication",
    "protect_totals": "disclosure",
    "assert_no_unit_records": "disclosure",
    "round_count": "disclosure",
    "load_survey": "intake",
    "load_frame": "intake",
    "load_file": "intake",
    "validate_file": "intake",
    "write_faults": "intake",
    "response_account": "intake",
    "response_outcomes": "intake",
    "survey_observations": "observations",
    "write_xlsform": "questionnaire",
}

__all__ = sorted(_EXPORTS)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_EXPORTS[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_EXPORTS)
