"""Detectors that are there, with their cards: what each finds, what it was made from, and how often it is wrong."""

from anyio import to_thread
from fastapi import APIRouter, Depends
from pydantic import BaseModel

from geo.primitives import VisionError
from ground_station.api.auth import signed_in
from ground_station.api.services import ServicesNeeded
from ground_station.detector_file import detector_file, known_models
from ground_station.settings import Settings
from vision import ModelCard, read_card

router = APIRouter(prefix="/api/v1/detectors", tags=["video"], dependencies=[Depends(signed_in)])


class DetectorView(BaseModel):
    """`card` is null when nothing is known of the model; `trouble` says why a card that is there does not count."""

    file: str
    used: bool
    card: ModelCard | None
    trouble: str | None


class DetectorList(BaseModel):
    items: list[DetectorView]


@router.get("", summary="List the detectors that are there, the one in use first")
async def list_detectors(services: ServicesNeeded) -> DetectorList:
    return DetectorList(items=await to_thread.run_sync(_views, services.settings))


def _views(settings: Settings) -> list[DetectorView]:
    used = detector_file(settings)
    views = []
    for path in known_models(settings):
        try:
            card, trouble = read_card(path), None
        except VisionError as error:
            card, trouble = None, error.one_line()
        views.append(DetectorView(file=path.name, used=path == used and settings.watch.detect, card=card, trouble=trouble))
    return views
