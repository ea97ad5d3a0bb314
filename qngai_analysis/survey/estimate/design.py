"""How a sample was drawn: the columns that say so.

A design names columns; nothing is looked up before a frame is at hand (``sample.resolve``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import pandas as pd

from qngai_analysis.survey.estimate.arrays import (
    Floats,
    column,
    listed,
    numbers,
    refuse_if,
    refuse_rows,
    refuse_unknown,
)

Singleton = Literal["error", "skip", "center", "certainty", "average"]
Nonresponse = Literal["ignore", "phase"]
Kind = Literal["BRR", "Fay", "JK1", "JKn", "bootstrap", "other"]


@dataclass(frozen=True)
class Replicates:
    """Which columns hold replicate weights, and how they give a variance.

    The variance of an estimate t is ``scale * sum(rscales * (t_r - centre)**2)``, where t_r is the
    estimate under replicate r, and the centre the replicates' mean, or the
    estimate itself with ``mse``.

    Parameters
    ----------
    columns : sequence of str, or str
        The columns; a single string stands for all columns of that name plus a number
        (``"rw"``: rw1, rw2, …).
    kind : {"BRR", "Fay", "JK1", "JKn", "bootstrap", "other"}
        How they were made; it gives the scale where none is set: 1/R for BRR, 1/(R (1 - fay)**2) for
        Fay, (R - 1)/R for JK1, 1 for JKn, 1/(R - 1) for the bootstrap.
    fay : float, optional
        Fay's coefficient, 0 to below 1; needed for ``kind="Fay"``.
    scale : float, optional
        Overall factor; needed for ``kind="other"``, refused for BRR and Fay, which fix it.
    rscales : float or sequence of float, optional
        Factor of each replicate, 1 if not given; needed for JKn ((n_h - 1)/n_h of the replicate's
        stratum).
    mse : bool
        Centre at the full-sample estimate.
    combined : bool
        The columns are complete weights. ``False``: they are factors, to be multiplied by the weight.
    df : float, optional
        Degrees of freedom; by default the rank of the replicate weights minus 1, in a domain
        the rank there minus 1.

    Raises
    ------
    SurveyError
        A setting is missing for its kind or out of range.
    """

    columns: Sequence[str] | str
    kind: Kind = "bootstrap"
    fay: float | None = None
    scale: float | None = None
    rscales: Sequence[float] | float | None = None
    mse: bool = False
    combined: bool = True
    df: float | None = None

    def __post_init__(self) -> None:
        kind, fay, scale = self.kind, self.fay, self.scale
        refuse_unknown("kind", kind, get_args(Kind))
        loose = kind == "Fay" and (fay is None or not 0 <= fay < 1)
        refuse_if(loose, "replicates: kind='Fay' với fay={fay}; phải từ 0 đến dưới 1", fay=fay)
        wording = "replicates: kind='JKn' thiếu rscales; cho (n_h - 1)/n_h của từng bộ trọng số lặp"
        refuse_if(kind == "JKn" and self.rscales is None, wording)
        wording = "replicates: kind='other' thiếu scale; nêu hệ số chung của phương sai"
        refuse_if(kind == "other" and scale is None, wording)
        sound = np.isfinite(self.factors) & (self.factors >= 0)
        refuse_if(not sound.all(), "replicates: rscales có hệ số âm hoặc trống")
        if scale is not None:
            wording = "replicates: scale={scale} với kind={kind!r}, vốn đã quy định hệ số; bỏ scale, hoặc dùng kind='other'"
            refuse_if(kind in ("BRR", "Fay"), wording, scale=scale, kind=kind)
            refuse_if(not 0 < scale < np.inf, "replicates: scale={scale}; phải là số lớn hơn 0", scale=scale)

    @property
    def factors(self) -> Floats:
        """The factor of each replicate, or the one of all."""
        return np.atleast_1d(np.asarray(1.0 if self.rscales is None else self.rscales, dtype=np.float64))

    def names(self, frame: pd.DataFrame) -> list[str]:
        """Return the columns' names, in order.

        Raises
        ------
        SurveyError
            A column is missing, or no column has the name plus a number.
        """
        names = list(self.columns)
        if isinstance(self.columns, str):
            numbered = re.compile(re.escape(self.columns) + r"(\d+)")
            found = {name: match for name in frame.columns if (match := numbered.fullmatch(str(name)))}
            names = sorted(found, key=lambda name: int(found[name][1]))
        wording = "replicates: {columns!r} cho {count} cột trọng số lặp; cần ít nhất hai"
        refuse_if(len(names) < 2, wording, columns=self.columns, count=len(names))
        return names

    def read(self, frame: pd.DataFrame, weight: Floats) -> Floats:
        """Return the replicate weights, rows × replicates.

        Raises
        ------
        SurveyError
            A column is missing or holds text; a weight in it is missing or infinite; the
            number of factors differs from that of columns.
        """
        names = self.names(frame)
        counts = {"count": len(self.factors), "count_2": len(names)}
        wording = "replicates: {count} rscales cho {count_2} cột; mỗi cột cần một"
        refuse_if(len(self.factors) not in (1, len(names)), wording, **counts)
        found = np.empty((len(frame), len(names)), order="F")
        for place, name in enumerate(names):
            found[:, place] = numbers(column(frame, name, "design, replicates"), frame, "replicates")
            wrong = ~np.isfinite(found[:, place])
            refuse_rows(wrong, frame, "replicates: cột {name!r} trống hoặc vô hạn tại {rows}", name=name)
        return found if self.combined else found * weight[:, None]


@dataclass(frozen=True)
class Design:
    """How the sample was drawn, in column names.

    Parameters
    ----------
    weights : str
        Column of weights: people (households, enterprises) that a row stands for, > 0.
    strata : str or sequence of str, optional
        Column(s) of the strata. Without it the sample is one stratum.
    psu : str, optional
        Column of the primary sampling units. Codes are nested in strata: the same code in two
        strata is two units. Without it every row is its own unit.
    ssu : str, optional
        Column of the second-stage units, nested in the primary ones. It counts only with ``fpc``.
    fpc : str or (str, str), optional
        Column(s) of population counts: primary units in the stratum, then second-stage units in the
        primary unit. ``inf`` means drawn with replacement. With ``ssu`` and one column, the second
        stage counts as drawn with replacement.
    singleton : {"error", "skip", "certainty", "center", "average"}
        What to do with a stratum that has one sampled unit although more exist. ``"error"``: stop
        and name it. ``"skip"`` and ``"certainty"``: it adds nothing to the variance (left out; or
        declared self-representing). ``"center"``: its total is compared with zero, as R's
        ``adjust``. ``"average"``: it adds the mean variance of the other strata.
    replicates : Replicates, optional
        Columns of replicate weights. Variance then comes from them, and strata, units and fpc
        are not used.
    id : str, optional
        Column that identifies a row; a value that stands twice is refused.
    center_domain_singletons : bool
        Apply ``"center"`` or ``"average"`` also to a stratum of which a domain holds one unit
        (R's ``survey.adjust.domain.lonely``).
    nonresponse : {"ignore", "phase"}
        What missing answers add to the variance. ``"ignore"``: nothing, as in R. ``"phase"``: with
        ``fpc``, answering counts as a last phase of sampling, by chance within a stratum
        (``docs/methods/missing-answers.md``). Without ``fpc`` the two are the same.
    due : mapping of str to str
        For ``"phase"``: a column of answers to the true/false column that says in which rows an
        answer was due. A column that is not named was due in every row.

    Raises
    ------
    SurveyError
        A setting contradicts another or is not one of those listed.

    Notes
    -----
    ``docs/methods/singleton-strata.md`` compares the rules.
    """

    weights: str
    strata: str | Sequence[str] | None = None
    psu: str | None = None
    ssu: str | None = None
    fpc: str | Sequence[str] | None = None
    singleton: Singleton = "error"
    replicates: Replicates | None = None
    id: str | None = None
    center_domain_singletons: bool = False
    nonresponse: Nonresponse = "ignore"
    due: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unnamed, kind = not isinstance(self.weights, str), type(self.weights).__name__
        refuse_if(unnamed, "thiết kế: weights là {kind}; hãy cho tên cột trọng số", kind=kind)
        refuse_unknown("singleton", self.singleton, get_args(Singleton))
        refuse_unknown("nonresponse", self.nonresponse, get_args(Nonresponse))
        wording = "thiết kế: ssu={ssu!r} mà thiếu psu; nêu cột đơn vị mẫu cấp một"
        refuse_if(self.ssu is not None and self.psu is None, wording, ssu=self.ssu)
        wording = "thiết kế: replicates={replicates!r} chưa nói được tạo thế nào; dùng Replicates(columns, kind='BRR', 'Fay', 'JK1', 'JKn', 'bootstrap' hoặc 'other')"
        refuse_if(not isinstance(self.replicates, Replicates | None), wording, replicates=self.replicates)
        stages = len(self.fpc_columns)
        refuse_if(stages > 2, "thiết kế: fpc nêu {count} cột; chỉ xử lý được hai giai đoạn", count=stages)
        wording = "thiết kế: fpc={fpc!r} có giai đoạn hai nhưng chưa cho ssu"
        refuse_if(stages == 2 and self.ssu is None, wording, fpc=self.fpc)

    @property
    def strata_columns(self) -> tuple[str, ...]:
        """The strata's columns (none, one, or several that cross)."""
        return listed(self.strata)

    @property
    def fpc_columns(self) -> tuple[str, ...]:
        """The columns of population counts, first stage first."""
        return listed(self.fpc)
