"""The certificate of a plan on the command line: made, written, checked."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from geo.primitives import MissionError, parse_instant
from geo.terrain import read_dem
from missions import Finding, MissionPlan, certificate_findings, certify, check_certificate, read_airspace, write_atomically


@dataclass(frozen=True, slots=True)
class Proof:
    findings: tuple[Finding, ...]
    lines: tuple[str, ...]
    at: datetime | None


def prove(plan: MissionPlan, zone_files: list[Path], *, at: str | None, dem: Path | None, out: Path | None, verify: Path | None) -> Proof:
    """Findings and the lines to print. Raises `MissionError` for files that cannot be read or written."""
    files = [read_airspace(path) for path in zone_files]
    zones = tuple(zone for file in files for zone in file.zones)
    remarks = tuple(remark for file in files for remark in file.remarks)
    begins_at = None if at is None else parse_instant(at)
    heights = None if dem is None else read_dem(dem)
    certificate = certify(plan, zones, at=begins_at, heights=heights)
    findings = (*remarks, *certificate_findings(certificate))
    least = "none within 2 km" if certificate.least_zone_m is None else f"{certificate.least_zone_m:g} m"
    lines = [f"path inside forbidden area: {certificate.forbidden_m:g} m of {certificate.length_m:g} m; nearest zone: {least}"]
    if certificate.outside_fence_m is not None:
        lines.append(f"path outside the fence: {certificate.outside_fence_m:g} m; nearest to its edge: {certificate.least_fence_m:g} m")
    crossing = sum(proof.forbidden_m > 0.0 for proof in certificate.rally_returns or certificate.returns)
    lines.append(f"straight returns that cross a zone: {crossing} of {len(certificate.returns)}")
    lines += [f"assumed: {said}" for said in certificate.assumptions]
    if verify is not None:
        findings += check_certificate(_certificate(verify), plan, zones, heights)
        lines.append(f"{verify.name}: {'holds' if not check_certificate(_certificate(verify), plan, zones, heights) else 'does not hold'}")
    if out is not None:
        write_atomically(out, (json.dumps(certificate.to_json(), indent=1, ensure_ascii=False) + "\n").encode())
        lines.append(f"{out}: {'passed' if certificate.passed else 'NOT passed'}, {len(certificate.legs)} legs, {len(zones)} zones")
    return Proof(findings, tuple(lines), begins_at)


def _certificate(path: Path) -> dict[str, object]:
    try:
        value = json.loads(path.read_bytes())
    except OSError as error:
        raise MissionError(
            f"{path} cannot be read: {error.strerror}.", code="mission.file", hint="Check the path and its rights."
        ) from error
    except ValueError as error:
        raise MissionError(f"{path.name} is not JSON ({error}).", code="mission.file", hint="Give a file made by --certificate.") from error
    if not isinstance(value, dict):
        raise MissionError(f"{path.name} is no certificate.", code="mission.file", hint="Give a file made by --certificate.")
    return value
