"""How results are shown: lines for people, JSON and JUnit XML for machines."""

import json
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from ground_station.conformance.check import GUIDE, Check, Profile, Result, Verdict

_WIDTHS = (15, 28)


def heading() -> str:
    return f"{'result':{_WIDTHS[0]}} {'check':{_WIDTHS[1]}} measured · guide page"


def line(result: Result) -> str:
    """One row of the table: result, id, what was measured, and the page of the guide."""
    what = result.detail if result.verdict is Verdict.PASS else f"{result.check.title}: {result.detail}"
    page = result.check.spec.removeprefix(GUIDE)
    return f"{result.verdict:{_WIDTHS[0]}} {result.check.id:{_WIDTHS[1]}} {what} · {page}"


def totals(results: Sequence[Result]) -> str:
    counted = [(verdict, sum(result.verdict is verdict for result in results)) for verdict in Verdict]
    seconds = sum(result.seconds for result in results)
    return f"{len(results)} checks in {seconds:.0f} s: " + ", ".join(f"{count} {verdict}" for verdict, count in counted if count)


def deviations_of(check: Check) -> str:
    return "; ".join(f"{profile}: {text}" for profile, text in check.deviations.items())


def to_json(results: Sequence[Result], *, link: str, vehicle: int, profile: Profile) -> dict[str, object]:
    return {
        "link": link,
        "vehicle": vehicle,
        "profile": str(profile),
        "totals": {str(verdict): sum(result.verdict is verdict for result in results) for verdict in Verdict},
        "checks": [
            {
                "id": result.check.id,
                "title": result.check.title,
                "spec": result.check.spec,
                "result": str(result.verdict),
                "detail": result.detail,
                "seconds": round(result.seconds, 3),
                "known_deviation": result.check.deviations.get(profile),
            }
            for result in results
        ],
    }


def write_json(file: Path, results: Sequence[Result], *, link: str, vehicle: int, profile: Profile) -> None:
    text = json.dumps(to_json(results, link=link, vehicle=vehicle, profile=profile), indent=1, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")


def write_junit(file: Path, results: Sequence[Result]) -> None:
    """JUnit XML as continuous integration reads it. A known deviation is a pass with its text; what is not supported is skipped."""
    suite = ElementTree.Element(
        "testsuite",
        name="MAVLink conformance",
        tests=str(len(results)),
        failures=str(sum(result.verdict is Verdict.FAIL for result in results)),
        skipped=str(sum(result.verdict in (Verdict.SKIPPED, Verdict.UNSUPPORTED) for result in results)),
        time=f"{sum(result.seconds for result in results):.3f}",
    )
    for result in results:
        case = ElementTree.SubElement(
            suite, "testcase", classname=f"mavlink.{result.check.group}", name=result.check.id, time=f"{result.seconds:.3f}"
        )
        if result.verdict is Verdict.FAIL:
            ElementTree.SubElement(case, "failure", message=result.detail).text = f"{result.check.title}\n{result.check.spec}"
        elif result.verdict in (Verdict.SKIPPED, Verdict.UNSUPPORTED):
            ElementTree.SubElement(case, "skipped", message=f"{result.verdict}: {result.detail}")
        else:
            ElementTree.SubElement(case, "system-out").text = f"{result.verdict}: {result.detail}"
    tree = ElementTree.ElementTree(suite)
    ElementTree.indent(tree)
    tree.write(file, encoding="utf-8", xml_declaration=True)
