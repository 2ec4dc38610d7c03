"""What a certificate says in words, and whether one still belongs to its plan and zones."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from geo.terrain import Heights
from missions.airspace.certificate import FORMAT, Certificate, certify
from missions.airspace.zone import AirspaceZone, zones_hash
from missions.findings import Finding, Severity, Values, error
from missions.plan import MissionPlan, canonical_json
from missions.planning.endurance import CopterDynamics

_NAMED_AT_MOST = 8


def certificate_findings(certificate: Certificate) -> tuple[Finding, ...]:
    """Errors for what is flown through a forbidden zone or out of the fence; warnings for returns, margins and zones to ask about."""
    return (*_legs(certificate), *_returns(certificate), *_others(certificate))


def _legs(certificate: Certificate) -> Iterable[Finding]:
    names = {zone.id: zone for zone in certificate.zones}
    for leg in certificate.legs:
        where = f"The {leg.kind.value.replace('_', '-')} leg of item {leg.item}" if leg.item else "The leg from home"
        for zone_id, metres in leg.inside:
            zone = names[zone_id]
            if zone.forbidden:
                message = (
                    f"{where} is {metres:.1f} m inside '{zone.name}' ({zone.kind}, {zone.band}). Lead it around or fly below or above it."
                )
                values: Values = {"item": leg.item, "metres": round(metres, 1), "name": zone.name, "band": zone.band}
                yield Finding(Severity.ERROR, "inside_airspace", leg.item or None, message, values=values)
        if leg.outside_fence_m:
            message = f"{where} is {leg.outside_fence_m:.1f} m outside the fence. Move it inside or widen the fence."
            yield Finding(
                Severity.ERROR,
                "outside_fence",
                leg.item or None,
                message,
                values={"item": leg.item, "metres": round(leg.outside_fence_m, 1)},
            )


def _returns(certificate: Certificate) -> Iterable[Finding]:
    chosen = certificate.rally_returns or certificate.returns
    for proof in [proof for proof in chosen if proof.forbidden_m > 0.0][:_NAMED_AT_MOST]:
        to = "home" if proof.landing == 0 else f"rally point {proof.landing}"
        zones = ", ".join(f"'{name}'" for name in proof.zones)
        message = f"A failsafe at item {proof.item} would fly straight {to} through {zones}: {proof.forbidden_m:.0f} m of it."
        values: Values = {"form": "item", "item": proof.item, "names": ", ".join(proof.zones), "metres": round(proof.forbidden_m)}
        yield Finding(Severity.WARNING, "return_crosses", proof.item, message + _way_out(certificate), values=values)
    outside = [proof for proof in chosen if proof.outside_fence_m]
    if outside:
        items = ", ".join(str(proof.item) for proof in outside[:_NAMED_AT_MOST])
        message = f"The straight return from items {items} leaves the fence. Widen the fence or set a rally point nearer."
        yield Finding(Severity.WARNING, "return_outside_fence", outside[0].item, message, values={"items": items})
    if certificate.return_shadow_m > 0.0 and not certificate.rally_returns and not any(proof.forbidden_m for proof in chosen):
        message = f"From {certificate.return_shadow_m:.0f} m of the path, between its items, the straight way home crosses a zone."
        values = {"form": "path", "metres": round(certificate.return_shadow_m)}
        yield Finding(Severity.WARNING, "return_crosses", None, message + _way_out(certificate), values=values)


def _way_out(certificate: Certificate) -> str:
    if not certificate.rally_proposal:
        return " Set a rally point on this side of the zone, or let failsafes hold or land."
    places = "; ".join(f"{p.position.lat_deg:.6f} {p.position.lon_deg:.6f}" for p in certificate.rally_proposal)
    return f" Rally points that would clear returns, if one can land there: {places}."


def _others(certificate: Certificate) -> Iterable[Finding]:
    for zone in certificate.zones:
        if zone.inside_m > 0.0 and not zone.forbidden:
            message = f"{zone.inside_m:.0f} m of the path are inside '{zone.name}' ({zone.kind}, {zone.band}). Ask or tell its authority."
            values: Values = {"metres": round(zone.inside_m), "name": zone.name, "band": zone.band}
            yield Finding(Severity.WARNING, "airspace_to_ask", None, message, values=values)
    if certificate.within_fence_margin_m:
        message = (
            f"{certificate.within_fence_margin_m:.0f} m of the path are nearer to the fence than it takes to stop "
            f"(v²/2a and position error, {certificate.fence_margin_m:.1f} m). Fly slower or widen the fence."
        )
        values = {"metres": round(certificate.within_fence_margin_m), "stop": round(certificate.fence_margin_m or 0.0, 1)}
        yield Finding(Severity.WARNING, "fence_margin", None, message, values=values)


def check_certificate(
    value: Mapping[str, Any], plan: MissionPlan, zones: Sequence[AirspaceZone] = (), heights: Heights | None = None
) -> tuple[Finding, ...]:
    """Whether a certificate read back is that of the plan and the zones: its own hash, theirs, and all numbers made again."""
    if value.get("format") != FORMAT:
        return (error("certificate_format", f"This is no certificate of the form '{FORMAT}'. Make a new one."),)
    rest = {name: member for name, member in value.items() if name != "certificate_hash"}
    if value.get("certificate_hash") != "sha256:" + sha256(canonical_json(rest).encode()).hexdigest():
        return (error("certificate_changed", "The certificate was changed after it was made. Make a new one."),)
    if value.get("plan_hash") != plan.content_hash():
        return (error("certificate_plan", "The certificate is that of another plan. Make a new one."),)
    if value.get("zones_hash") != zones_hash(zones):
        return (error("certificate_zones", "The zones are not those of the certificate. Make a new one with these."),)
    begins_at = value.get("begins_at")
    again = certify(
        plan,
        zones,
        at=None if begins_at is None else datetime.fromisoformat(begins_at),
        dynamics=CopterDynamics(acceleration_mps2=float(value["acceleration_mps2"])),
        heights=heights,
        return_altitude_m=float(value["return_altitude_m"]),
    ).to_json()
    differing = [name for name in rest if name != "tool" and canonical_json(rest[name]) != canonical_json(again.get(name))]
    if differing:
        names = ", ".join(differing)
        return (error("certificate_numbers", f"Made again, {names} differ. Was the same elevation model used?", names=names),)
    return ()
