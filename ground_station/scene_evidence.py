"""The score of a scene with evidence of what was found: its camera's film is rendered, and packages are made from it as from any other."""

from pathlib import Path
from tempfile import TemporaryDirectory

from ground_station.evidence.facts import model_facts
from ground_station.evidence.manifest import ModelFacts, SourceFacts
from ground_station.film_evidence import FilmEvidence
from ground_station.scene_score import PERFECT, SceneScore, score_of
from ground_station.settings import load_settings
from sim import DroneCamera, FixedCamera, Scene, SceneFilm, SceneRecording, Stage, scene_file
from vision import open_detector

SIMULATED = "simulated: nobody real is shown"


def score_with_evidence(scene: Scene, part: FixedCamera | DroneCamera, model: Path | None, folder: Path) -> tuple[SceneScore, list[Path]]:
    """The score, and the packages with the file of their day. Blocking. Raises: `SunqarError`."""
    evidence = FilmEvidence(load_settings(), folder, SIMULATED)
    score = score_of(scene, part.name, model, tell=evidence.add)
    if evidence.empty:
        return score, []
    fixed = part if isinstance(part, FixedCamera) else None
    facts = (ModelFacts(sha256="none", name=PERFECT), None) if model is None else model_facts(model, open_detector(model).model)
    with TemporaryDirectory(prefix="sunqar-scene-") as temporary:
        film = Path(temporary) / f"{scene.name}-{part.name}.mp4"
        with SceneFilm(str(film), part) as target:
            for frame in SceneRecording(Stage(scene), part).frames():
                target.add(frame)
        source = SourceFacts(
            source_id=f"{scene.name}/{part.name}", name=f"{scene.name}-{part.name}", kind="simulated", position=scene.origin
        )
        written = evidence.write(film, source, facts, scene=scene_file(scene, fixed), moves=fixed is None, simulated=True)
    return score, written
