"""Surveys: from codebook to questionnaire, checked file, design-based estimate and protected table."""

from __future__ import annotations

from importlib import import_module
from typing import Any

# name -> module; loaded when first used, so that importing the package stays light
_EXPORTS = {
    "Design": "estimate.design",
    "Replicates": "estimate.design",
    "Survey": "estimate.estimates",
    "Reliability": "release.reliability",
    "nchs_flag": "release.reliability",
    "nchs_reason": "release.reliability",
    "reliability_standard": "release.reliability",
    "Codebook": "form.codebook",
    "read_codebook": "form.codebook",
    "surveys": "form.codebook",
    "measured_targets": "form.codebook",
    "survey_coverage": "form.codebook",
    "protect": "release.disclosure",
    "published": "release.publication",
    "Treatment": "release.treatment",
    "protect_totals": "release.magnitudes",
    "assert_no_unit_records": "release.unit_records",
    "round_count": "release.disclosure",
    "load_survey": "loading",
    "load_frame": "form.intake",
    "load_file": "form.intake",
    "validate_file": "form.intake",
    "write_faults": "form.intake",
    "response_account": "form.intake",
    "response_outcomes": "form.intake",
    "survey_observations": "observations",
    "write_xlsform": "form.questionnaire",
}

__all__ = sorted(_EXPORTS)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_EXPORTS[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_EXPORTS)
