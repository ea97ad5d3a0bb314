"""Why a target got its verdict, in plain words, with numbers a reviewer can redo by hand.

The sentences are Vietnamese text; ``words.said.said`` says them in English.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from qngai_analysis import territory
from qngai_analysis.evidence.observations import BOUNDS, SURVEYED, Observation
from qngai_analysis.plan.agencies import read_agencies
from qngai_analysis.plan.duties import figure_duties
from qngai_analysis.progress import methods
from qngai_analysis.progress.outcome import Outcome, Progress
from qngai_analysis.progress.verdict import ABOUT, EXCEEDED_BY, SURE, Goal, KnownValue, Verdict, error_at
from qngai_analysis.values import grouped
from qngai_analysis.words.said import (
    Chance,
    Day,
    Either,
    Joined,
    Lang,
    Num,
    Part,
    Said,
    SaidSentence,
    coded,
    said,
    short,
    translate,
)

SIMULATED = "SỐ LIỆU MÔ PHỎNG"  # what everything that rests on a simulated survey says
_MANY = 4  # figures passed over for one reason are listed one by one up to this many


@dataclass(frozen=True)
class ExplainedStep:
    """One step of an explanation: a heading and its sentences."""

    title: str
    lines: tuple[Said, ...]


@dataclass(frozen=True)
class Explanation(Part):
    """
    The reasons for one verdict.

    ``str()`` gives plain text, ``said`` the same in a language; ``steps`` the same in parts, for a page to set. ``simulated``
    says that the verdict rests on a simulated survey.
    """

    target_id: str
    year: int
    verdict: str
    steps: tuple[ExplainedStep, ...]
    simulated: bool = False

    def said(self, lang: Lang) -> str:  # noqa: D102 - as the class says
        head = translate("{target}, năm {year}: {verdict}", lang, target=self.target_id, year=self.year,
                         verdict=translate(self.verdict, lang).upper())  # fmt: skip
        parts = [f"{head} – {SIMULATED}" if self.simulated else head]
        for place, step in enumerate(self.steps, start=1):
            parts.append(f"\n{place}. {translate(step.title, lang)}")
            parts += [f"   - {said(line, lang)}" for line in step.lines]
        return "\n".join(parts)


def explanation(
    outcome: Outcome, observed: Mapping[str, Observation], revision: Outcome | None = None
) -> Explanation:
    """
    Return the reasons behind an outcome.

    Parameters
    ----------
    outcome : of a target in a year
    observed : the observations it was judged from, by id (sources of the figures are looked up there)
    revision : the outcome of the later target that replaced this one, if any
    """
    steps = [
        ExplainedStep("Nội dung mục tiêu theo kế hoạch", tuple(_law(outcome, revision))),
        ExplainedStep("Số liệu được dùng", tuple(_used(outcome))),
        ExplainedStep("Số liệu không được dùng để kết luận", tuple(_passed(outcome, observed))),
        ExplainedStep("So với mức của mục tiêu", tuple(_level(outcome))),
        ExplainedStep("Tiến độ", tuple(_pace(outcome))),
        ExplainedStep("Mức tăng bình quân cần đạt", tuple(_ahead(outcome))),
        ExplainedStep("Kết luận", tuple(_conclusion(outcome))),
        ExplainedStep("Cơ quan có trách nhiệm cung cấp số liệu", tuple(_owners(outcome))),
    ]
    shown = tuple(step for step in steps if step.lines)
    return Explanation(outcome.target.id, outcome.year, outcome.verdict.value, shown, outcome.simulated)


def _law(outcome: Outcome, revision: Outcome | None) -> Iterator[Said]:
    target, goal, asked = outcome.target, outcome.goal, short(outcome.goal.asked, outcome.goal.unit)
    yield Said("{where}: “{text}”.", where=_where(outcome), text=target.text.rstrip("."))
    near, high = Num(100 * ABOUT, unit="%"), short(goal.value_high, goal.unit)
    yield Said(
        "Cách hiểu áp dụng: {goal}, chậm nhất cuối năm {due}. {test}",
        goal=goal.said,
        due=outcome.deadline,
        test=Said(_TESTS[goal.test], asked=asked, near=near, low=asked, high=high),
    )
    if revision is not None:
        wording = "Kế hoạch ban hành sau đặt mức khác cho cùng chỉ tiêu, cùng năm (không phải văn bản sửa đổi): {where}: “{text}”."
        yield Said(wording, where=_where(revision), text=revision.target.text.rstrip("."))
    wording = "Năm báo cáo {year}; chỉ dùng số liệu công bố đến hết ngày {cutoff}."
    yield Said(wording, year=outcome.year, cutoff=Day(outcome.choice.need.cutoff))


_TESTS: Mapping[str, str] = coded("test")


def _where(outcome: Outcome) -> Joined:
    """Return the document a target stands in, and its section there."""
    target = outcome.target
    named: object = outcome.plan.citation or Said("Văn bản {id}", id=target.document)
    return Joined([named, *[target.place] * bool(target.place)], ", ")


def _used(outcome: Outcome) -> Iterator[Said]:
    for name, part in outcome.members:
        yield Said("{group}: {figure}", group=name, figure=next(_used(part)))
    if outcome.members:
        return
    chosen = outcome.choice.chosen
    if chosen is None:
        yield Said("Chưa có số liệu đáp ứng định nghĩa và phạm vi địa giới của chỉ tiêu.")
        return
    yield _figure_line(chosen)
    if chosen.se is None:  # of a published series the table of series says it
        yield Said("Định nghĩa của số liệu: {definition}.", definition=chosen.relation_reason)
    if chosen.note:
        yield Said("Lưu ý về số liệu: {note}.", note=chosen.note.rstrip("."))
    for other in map(_figure_line, outcome.choice.contradicting):
        yield Said("Mâu thuẫn, nêu để đối chiếu, không lấy bình quân: {figure}", figure=other)
    yield from _series(outcome)


def _series(outcome: Outcome) -> Iterator[Said]:
    """Yield the series the pace is read from, and what was cut off it."""
    series, unit = outcome.chain, outcome.goal.unit
    if series is None or outcome.yearly:
        return
    if len(series.points) > 1:
        shown = [
            Said("{value} ({moment}, {id})", value=short(at.value, unit), moment=_moment(at), id=at.id)
            for at in series.points
        ]
        yield Said("Chuỗi so sánh được: {points}.", points=Joined(shown))
    for why, ids in grouped((reason, identifier) for identifier, reason in series.cut.items()).items():
        yield Said("Không nối vào chuỗi: {ids} ({why}).", ids=", ".join(ids), why=why)


def _value_words(figure: Observation) -> object:
    value = short(figure.value, figure.unit)
    if figure.value_type == "range":
        return Said("{low} đến {high}", low=Num(figure.value), high=short(figure.value_high, figure.unit))
    return Said(BOUNDS[figure.value_type], value=value) if figure.value_type in BOUNDS else value


def _figure_line(figure: Observation) -> Said:
    parts = [
        Joined((f"[{figure.id}]", _value_words(figure)), " "),
        Said("thời điểm {date}", date=Day(figure.reference_date)),
        figure.level != "không rõ" and Said("số {level}", level=Said(figure.level)),
        figure.se is not None and _error_words(figure),
        Said(figure.method) if figure.method == SURVEYED else figure.method,
        figure.evidence == "simulated" and Said("số liệu mô phỏng"),
    ]
    published = figure.vintage is not None and Said("công bố {date}", date=Day(figure.vintage))
    source = [figure.source_title, figure.publisher, published, figure.address]
    shown, of = Joined(list(filter(None, parts))), Joined(list(filter(None, source)), ", ")
    return Said("{figure}. Nguồn: {source}.", figure=shown, source=of)


def _error_words(figure: Observation) -> Said:
    error = Num(figure.se, 2)
    if figure.df is None:
        return Said("sai số chuẩn {se}", se=error)
    return Said("sai số chuẩn {se}, {df} bậc tự do", se=error, df=Num(figure.df, 0))


def _passed(outcome: Outcome, sources: Mapping[str, Observation]) -> Iterator[Said]:
    reasons: dict[str, dict[str, Observation]] = {}
    choices = [part.choice for _, part in outcome.members] or [outcome.choice]
    joined = set() if outcome.chain is None else {point.id for point in outcome.chain.points}
    for item in (item for choice in choices for item in choice.passed):
        if item.id not in joined and not (outcome.members and item.rule == "category"):
            reasons.setdefault(item.reason, {})[item.id] = sources[item.id]
    for reason, items in reasons.items():
        first = [*items.values()][:_MANY]
        shown: object = Joined([_passed_words(figure, choices[0].need.parts) for figure in first])
        if len(items) > _MANY:
            shown = Said("{figures} và {n} số liệu khác", figures=shown, n=len(items) - _MANY)
        yield Said("{figures}: {why}.", figures=shown, why=reason)


def _passed_words(figure: Observation, parts: Collection[str]) -> Joined:
    words = [
        Joined((f"[{figure.id}]", figure.name or figure.series, _value_words(figure)), " "),
        figure.territory in parts and territory.name_of(figure.territory),
        figure.reference_date and Day(figure.reference_date),
        figure.evidence == "simulated" and Said("số liệu mô phỏng"),
    ]
    return Joined([part for part in words if part], ", ")


def _level(outcome: Outcome) -> Iterator[Said]:
    figure, finding, goal = outcome.tested, outcome.finding, outcome.goal
    for name, part in outcome.members:
        yield Said("{group}: {verdict}", group=name, verdict=Said(part.verdict.value))
    if outcome.members:
        if finding is not None and finding.p_met is not None:
            yield Said("P(mọi nhóm đạt) {p} (tích các nhóm, mẫu độc lập)", p=Chance(finding.p_met))
        return
    if figure is None or finding is None:
        return
    for at, growth, met in outcome.yearly:
        word = {True: Said("đạt"), False: Said("chưa đạt"), None: Said("chưa đủ căn cứ")}[met]
        yield Said("{year}: {growth}, {word}", year=at, growth=short(growth, goal.unit), word=word)
    if outcome.yearly:
        return
    yield from _test_lines(goal, figure)
    yield from _gap_lines(goal, figure)
    results = {True: Said("đạt mức"), False: Said("chưa đạt mức"), None: Said("chưa kết luận được về mức")}
    told = {"how": finding.how, "result": results[finding.met]}
    if finding.met is None and figure.value_type in ("lower_bound", "upper_bound", "range"):
        yield SaidSentence(Said("{how}", how=finding.how))
    elif finding.p_met is None:
        yield SaidSentence(Said("{how}: {result}", **told))
    else:
        wording = "{how} (đạt khi P ≥ {sure}, chưa đạt khi P ≤ {short}): {result}"
        yield SaidSentence(Said(wording, **told, sure=Num(SURE, 2), short=Num(1 - SURE, 2)))


def _gap_lines(goal: Goal, figure: KnownValue) -> Iterator[Said]:
    """Yield how far the figure stands from the threshold."""
    gap = figure.value - goal.asked
    if figure.value_type != "point":
        return
    values = {"value": short(figure.value, goal.unit), "asked": short(goal.asked, goal.unit)}
    if not gap:
        yield Said("{value} bằng mức {asked}", **values)
        return
    wording = "{value}, cao hơn mức {asked} là {gap}" if gap > 0 else "{value}, thấp hơn mức {asked} là {gap}"
    yield Said(wording, **values, gap=short(abs(gap), _difference_unit(goal)))


def _test_lines(goal: Goal, figure: KnownValue) -> Iterator[Said]:
    error = figure.se is not None and error_at(figure, goal.asked, goal.unit)
    if not error:
        return
    at_goal = {"asked": short(goal.asked), "rest": short(100 - goal.asked), "error": Num(error, 3)}
    if error != figure.se and 0 < figure.value < 100:
        yield Said(
            "Sai số nếu đúng bằng mức mục tiêu: {se} × √(({asked} × {rest}) / ({own} × {own_rest})) = {error}",
            **at_goal,
            se=Num(figure.se, 3),
            own=short(figure.value),
            own_rest=short(100 - figure.value),
        )
    elif error != figure.se:
        wording = "Mẫu {n} không thấy khác biệt; sai số nếu đúng bằng mức mục tiêu: √({asked} × {rest} / {n}) = {error}"
        yield Said(wording, **at_goal, n=Num(figure.n, 0))
    yield Said(
        "t = ({value} − {asked}) / {error} = {t}, {freedom}",
        **at_goal,
        value=short(figure.value),
        t=Num((figure.value - goal.asked) / error, 2),
        freedom=Said("{df} bậc tự do", df=Num(figure.df, 0)) if figure.df else Said("phân phối chuẩn"),
    )


def _difference_unit(goal: Goal) -> str:
    return Said("điểm phần trăm") if goal.unit.startswith("%") else goal.unit


def _pace(outcome: Outcome) -> Iterator[Said]:
    progress, chosen, goal = outcome.progress, outcome.choice.chosen, outcome.goal
    if chosen is None or outcome.members or outcome.yearly:
        return
    if progress.baseline is None:
        yield Said(
            "Chưa có số liệu gốc so sánh được (cùng chuỗi, từ đầu kỳ kế hoạch), nên chỉ nêu khoảng cách."
        )
        return
    t0, y0, linear = progress.baseline.t, progress.baseline.value, progress.linear
    begun = {
        "value": short(y0, goal.unit),
        "moment": _moment(progress.baseline),
        "source": progress.baseline.id,
    }
    yield Said("Số liệu gốc: {value} tại {moment} ({source})", **begun)
    if linear is None:
        yield Said("Số liệu gốc đã ở mức mục tiêu, không còn quãng đường để tính tiến độ.")
        return
    t, y, due, asked = chosen.t, chosen.value, outcome.deadline, goal.towards(y0).value
    told = {"y": short(y), "y0": short(y0), "asked": short(asked), "done": Num((y - y0) / (asked - y0), 3)}
    times = {"t": _t(t), "t0": _t(t0), "due": _t(due), "gone": Num((t - t0) / (due - t0), 3)}
    pace = {"linear": Num(linear, 2), "pace": Said(methods.classify(linear).value)}
    limits = {"on": Num(methods.ON_PACE, 2), "behind": Num(methods.BEHIND, 2)}
    yield Said("Quãng đường đã đi: ({y} − {y0}) / ({asked} − {y0}) = {done}", **told)
    yield Said("Thời gian đã qua: ({t} − {t0}) / ({due} − {t0}) = {gone}", **times)
    wording = (
        "Tiến độ tuyến tính: {done} / {gone} = {linear}: {pace} (đúng tiến độ từ {on}, chậm xa dưới {behind})"
    )
    yield Said(wording, **told, **times, **pace, **limits)
    if progress.p_on_pace is not None:
        yield Said("Do sai số mẫu: P(đúng tiến độ) {p}", p=Chance(progress.p_on_pace))
    growth = methods.yearly_growth(y0, y, t - t0), methods.yearly_growth(y0, asked, due - t0)
    yield from _other_paces(progress, *growth)


def _other_paces(progress: Progress, actual: float | None, required: float | None) -> Iterator[Said]:
    """Yield what the methods beside the linear one say; they decide nothing."""
    if progress.eurostat is None or actual is None or required is None:
        yield Said("Eurostat: không xác định (số liệu gốc bằng 0 hoặc đổi dấu, hoặc không cần tăng)")
    else:
        growth = {"actual": Num(100 * actual, 2, "%/năm"), "required": Num(100 * required, 2, "%/năm")}
        wording = "Eurostat: tăng bình quân {actual} trên {required} cần có = {ratio}"
        yield Said(wording, **growth, ratio=Num(progress.eurostat, 2))
    if progress.escap is not None:
        score, expected = Num(progress.escap, 2), Num(progress.escap_expected, 2)
        yield Said("ESCAP: {score} trên 10, kỳ vọng {expected}", score=score, expected=expected)
    if progress.destatis is not None:
        symbol = methods.weather(progress.destatis)
        storm = symbol is methods.Weather.STORM
        missed = "Destatis: {word}" if storm else "Destatis: {word}, hụt {miss} quãng còn lại"
        yield Said(missed, word=Said(symbol.value), miss=Num(100 * progress.destatis, 1, "%"))
    if progress.logistic is not None:
        yield Said("Theo đường cong chữ S: {pace}", pace=Num(progress.logistic, 2))


def _t(t: float) -> Either | str:
    # a year is a name here, not an amount: no thousands mark
    return f"{t:.0f}" if t == int(t) else Either(f"{t:.4f}".replace(".", ","), f"{t:.4f}")


def _moment(at: Observation) -> object:
    return _year_end(at.t) if at.t == int(at.t) else Day(at.reference_date)


def _year_end(t: float) -> Said:
    return Said("cuối năm {year}", year=f"{t:.0f}")


def _ahead(outcome: Outcome) -> Iterator[Said]:
    needed, chosen, goal = outcome.progress.needed, outcome.figure, outcome.goal
    if needed is not None and chosen is not None:
        late = "Để đạt vào cuối năm {due}, từ số liệu này lẽ ra phải thay đổi bình quân ({asked} − {value}) / ({due} − {t}) = {needed} mỗi năm"
        ahead = "Cần ({asked} − {value}) / ({due} − {t}) = {needed} mỗi năm để đạt vào cuối năm {due}"
        levels = {"asked": short(goal.towards(chosen.value).value), "value": short(chosen.value)}
        times = {"due": outcome.deadline, "t": _t(chosen.t)}
        wording = late if outcome.year >= outcome.deadline else ahead
        yield Said(wording, **levels, **times, needed=Num(needed, 2, _difference_unit(goal)))
    if (projection := outcome.projection) is None:
        return
    wording = "Nếu xu hướng giữ nguyên ({n} điểm số liệu), {moment}: {middle}, khoảng 90% từ {low} đến {high}; P(đạt) {p}"
    for at in projection.at:
        low, middle, high = Num(at.low, 1), Num(at.middle, 1, goal.unit), Num(at.high, 1, goal.unit)
        ends = {"low": low, "middle": middle, "high": high, "p": Chance(projection.probability(goal, at.t))}
        yield Said(wording, n=projection.points, moment=_year_end(at.t), **ends)


def _conclusion(outcome: Outcome) -> Iterator[Said]:
    yield SaidSentence(Said(outcome.verdict.value))
    if outcome.simulated:
        yield Said(
            "SỐ LIỆU MÔ PHỎNG: kết luận dựa trên điều tra mô phỏng, chỉ để tập dượt, không để báo cáo."
        )
    if outcome.verdict is Verdict.EXCEEDED:
        margin = Num(100 * EXCEEDED_BY, unit="%")
        yield Said("Vượt: qua mức mục tiêu ít nhất {margin} giá trị mục tiêu.", margin=margin)
    yield from (SaidSentence(note.said) for note in outcome.notes)
    if outcome.verdict is Verdict.NO_DATA:
        # a count is not near a share, and what is only the scene is near nothing
        beside = outcome.choice.near
        near = (one for one in beside if one.unit == outcome.goal.unit and one.relation != "context")
        for figure in islice(map(_figure_line, near), 1):
            yield Said("Số liệu gần nhất chỉ để tham khảo: {figure}", figure=figure)


def _owners(outcome: Outcome) -> Iterator[Said]:
    at = date(outcome.year, 12, 31)
    english = {name: known.english for name, known in read_agencies().items() if known.english}
    listed = Joined(
        [Either(name, english[name]) if name in english else name for name in outcome.owners], ", "
    )
    # a body that has ended has no name of that day
    ended = all(isinstance(name, Said) for name in outcome.owners)
    named = Said("{owners}." if ended else "{owners} (tên gọi tại {day}).", owners=listed, day=Day(at))
    if not outcome.owners:
        yield Said("Kế hoạch không ghi cơ quan chủ trì cho mục tiêu này.")
    elif outcome.owners_printed:
        yield named
    else:
        wording = (
            "Kế hoạch không ghi cơ quan chủ trì; theo đề xuất phân công của cơ quan lập báo cáo: {named}"
        )
        yield Said(wording, named=named)
    for duty in () if outcome.owners_printed else figure_duties(outcome.target.indicator, at):
        yield Said("Giao tại văn bản khác: {duty}.", duty=duty)
