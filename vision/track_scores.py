"""How well tracks keep the identity of things, against labelled ones: HOTA, IDF1, MOTA.

Both files hold MOTChallenge columns: frame from 1, number, left, top, width, height, confidence, and more that is not read.
Sources: Luiten et al., HOTA, IJCV 2021; Ristani et al., Performance Measures for Multi-Target Multi-Camera Tracking, 2016 (IDF1);
Bernardin and Stiefelhagen, CLEAR MOT, 2008 (MOTA). Computed by `trackers`, whose figures are TrackEval's.
"""

from dataclasses import dataclass
from pathlib import Path

from geo.primitives import VisionError

SAME_THING_IOU = 0.5  # for IDF1 and MOTA; HOTA takes the mean over 0.05 to 0.95


@dataclass(frozen=True, slots=True)
class TrackScore:
    """Shares of one; MOTA may be negative. `switches` counts changes of number, `breaks` losses of a thing that came back."""

    hota: float
    detection: float
    association: float
    idf1: float
    mota: float
    switches: int
    breaks: int
    things: int


def score_tracks(truth: Path, tracks: Path) -> TrackScore:
    """Raises: `VisionError` when a file is missing or holds no such rows."""
    from trackers.eval import evaluate_mot_sequence

    for path in (truth, tracks):
        if not path.is_file():
            raise VisionError(f"There is no file '{path}'.", code="vision.tracks_file", hint="Give files in MOTChallenge columns.")
    try:
        found = evaluate_mot_sequence(truth, tracks, metrics=["CLEAR", "HOTA", "Identity"], threshold=SAME_THING_IOU)
    except (ValueError, IndexError) as error:
        raise VisionError(
            f"'{truth}' and '{tracks}' are no tracks that can be compared: {error}",
            code="vision.tracks_file",
            hint="Each row is: frame, number, left, top, width, height, confidence.",
        ) from error
    clear, hota, identity = found.CLEAR, found.HOTA, found.Identity
    assert clear is not None, "asked for"
    assert hota is not None, "asked for"
    assert identity is not None, "asked for"
    return TrackScore(
        hota=float(hota.HOTA),
        detection=float(hota.DetA),
        association=float(hota.AssA),
        idf1=float(identity.IDF1),
        mota=float(clear.MOTA),
        switches=int(clear.IDSW),
        breaks=int(clear.Frag),
        things=int(clear.MT + clear.PT + clear.ML),
    )
