"""Where models stand: the one made from the shipped examples, those learned since, and which is in use."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import structlog

from webcare.domain.triage.learned import Model
from webcare.errors import NotFound
from webcare.learning import examples
from webcare.learning.examples import FILE_NAME, Example

log = structlog.get_logger(__name__)

_POINTER = "in_use.json"
_OWN = "own.jsonl"
_MOST_KEPT = 5
# A new model is noticed within seconds; until then nobody looks at the disk.
_LOOK_EVERY_S = 2.0
_looked: dict[Path, tuple[float, Model | None]] = {}
_seen: dict[Path, tuple[float, Model]] = {}


def built() -> Path:
    """Return the folder for the model that is made from the shipped examples when Webcare is installed."""
    return Path(__file__).resolve().parent.parent / "_model"


def in_use(var: Path) -> Model | None:
    """Return the model that triage uses: the one learned here, else the shipped one; None before it is made.

    Cheap: the disk is looked at every two seconds. A model that can't be read is passed over and logged,
    because triage by rules alone is better than none.
    """
    at, model = _looked.get(var, (-_LOOK_EVERY_S, None))
    now = time.monotonic()
    if now - at >= _LOOK_EVERY_S:
        model = _on_shelf(var)
        _looked[var] = now, model
    return model


def _on_shelf(var: Path) -> Model | None:
    for folder in _candidates(var):
        with suppress(FileNotFoundError):
            stamp = (folder / "head.json").stat().st_mtime
            kept = _seen.get(folder)
            if kept is not None and kept[0] == stamp:
                return kept[1]
            try:
                model = Model.load(folder)
            except (OSError, ValueError, TypeError, KeyError) as error:
                log.warning("model_unreadable", folder=folder.name, kind=type(error).__name__)
                continue
            _seen.clear()
            _seen[folder] = stamp, model
            return model
    return None


def put_built(model: Model, var: Path) -> Path:
    """Keep the model of the shipped examples; in `var` when the program's own folder can't be written."""
    for place in (built(), _models(var) / "shipped"):
        try:
            _write(model, place)
        except PermissionError:
            continue
        return place
    message = f"No folder to keep the triage model in. Make {_models(var)} writable."
    raise NotFound(message)


def put_learned(model: Model, var: Path, own: Sequence[Example] = ()) -> None:
    """Keep a model that was learned here and use it from now on; the last few before it stay.

    `own` are the examples that were handed to it; they stay beside it, so that the next lesson has them
    too and a rollback forgets them together with the model.
    """
    _write(model, _models(var) / model.version, examples.lines(own))
    versions = [*(one for one in history(var) if one != model.version), model.version]
    for old in versions[:-_MOST_KEPT]:
        shutil.rmtree(_models(var) / old, ignore_errors=True)
    _point(var, versions[-_MOST_KEPT:])


def roll_back(var: Path) -> str:
    """Use the model before the present one; return its version, "shipped" for the first.

    Raises NotFound when nothing was learned here.
    """
    versions = history(var)
    if not versions:
        raise NotFound("Nothing was learned here, so there is nothing to take back.")
    _point(var, versions[:-1])
    return versions[-2] if len(versions) > 1 else "shipped"


def handed(var: Path) -> list[Example]:
    """Return the examples that were handed to the model in use; none for the shipped one.

    Raises Refused when somebody edited them and a line is no example any more.
    """
    for version in history(var)[-1:]:
        file = _models(var) / version / _OWN
        with suppress(FileNotFoundError):
            return examples.read(file.read_text("utf-8").splitlines(), str(file))
    return []


def history(var: Path) -> list[str]:
    """Return the versions learned here, the one in use last; empty when none was."""
    try:
        found = json.loads((_models(var) / _POINTER).read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return [str(one) for one in found] if isinstance(found, list) else []


def fingerprint(root: Path) -> str:
    """Return what changes when an example or a rule in the playbooks of `root` does."""
    found = hashlib.sha256()
    for file in sorted([*root.glob(f"*/{FILE_NAME}"), *root.glob("*/cues.yaml")]):
        found.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:12]


def _models(var: Path) -> Path:
    return var / "models"


def _candidates(var: Path) -> list[Path]:
    learned = [_models(var) / version for version in history(var)[-1:]]
    return [*learned, built(), _models(var) / "shipped"]


def _point(var: Path, versions: list[str]) -> None:
    place = _models(var) / _POINTER
    beside = place.with_suffix(".new")
    beside.write_text(json.dumps(versions), "utf-8")
    beside.replace(place)
    _looked.clear()


def _write(model: Model, place: Path, own: str = "") -> None:
    """Write `model` beside `place` and put it there whole, so that nobody reads half a model."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".model-", dir=place.parent))
    model.save(beside)
    if own:
        (beside / _OWN).write_text(own, "utf-8")
    beside.chmod(0o755)
    old = place.with_name(f".{place.name}-{os.getpid()}.old")
    with suppress(FileNotFoundError):
        place.rename(old)
    beside.rename(place)
    shutil.rmtree(old, ignore_errors=True)
    _looked.clear()
