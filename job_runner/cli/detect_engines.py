"""Where a detector runs: its file in this process, or a model of an engine elsewhere."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Protocol

from job_runner.cli.detect_options import DetectOptions
from job_runner.detection.detector import Detector, detector
from job_runner.engines.file_engine import BY_OPTION, FileEngine, engine_of
from job_runner.engines.inspection import Form, inspected
from job_runner.engines.model import Model
from job_runner.engines.model_file import read_model
from job_runner.engines.remote.connect import Engine, connected
from job_runner.errors import InputInvalid, RunnerError
from job_runner.stop import Stop
from job_runner.workspace.places import Media


class Ready(Protocol):
    """A detector that has been tried. `title` is for people; `identity` is for programs: what shapes the result."""

    detector: Detector
    title: str

    @property
    def identity(self) -> Mapping[str, str]:
        """Complete once it is loaded."""

    def loaded(self, threads: int) -> Model:
        """To be called."""


class Place(Protocol):
    """Where a detector is."""

    def ready(self) -> AbstractContextManager[Ready]:
        """Raises RunnerError for a model that is wrong or cannot be reached. The caller must have no threads."""

    def crashed(self, file: str, frame: int) -> RunnerError:
        """What is wrong if the process crashed with the model at a frame, and decodes the file without it."""


class _File:
    """A model's file, read, and tried in a process of its own."""

    def __init__(self, data: bytes, made: Detector, engine: FileEngine) -> None:
        self._data, self.detector, self.title, self._engine = data, made, made.model, engine
        self._device = engine.best_device()

    @property
    def identity(self) -> Mapping[str, str]:
        digest, runtime = hashlib.sha256(self._data).hexdigest(), f"{self._engine.words()} {self._device}"
        return {"file": self.detector.model, "sha256": digest, "runtime": runtime}

    def loaded(self, threads: int) -> Model:
        model = self._engine.load(self._data, self.detector.model, threads, self._device)
        self._device = model.device
        return model


class FilePlace:
    """A model's file, by path or URI. `opened` gives it with its size."""

    def __init__(
        self, model: str, options: DetectOptions, opened: Callable[[str], tuple[Media, int]], stop: Stop
    ) -> None:
        self._model, self._name = model, Path(model).name
        self._options, self._opened, self._stop = options, opened, stop

    def ready(self) -> AbstractContextManager[Ready]:
        """Reads and tries it."""
        options = self._options
        media, size = self._opened(self._model)
        data = read_model(media.open(), size, self._name)
        engine = engine_of(data, self._name, options.trusted, BY_OPTION)
        form = Form(self._name, options.size, options.batch)
        signature, picture = inspected(data, self._name, form, self._stop, engine)
        return nullcontext(_File(data, detector(signature, picture, self._name, options.wish), engine))

    def crashed(self, file: str, frame: int) -> RunnerError:
        """The model's fault."""
        return InputInvalid(
            f"model {self._name} crashes at frame {frame} of {file}, which can be decoded without it; export it anew"
        )


class _Asked:
    """A model of an engine, of which one answer has come."""

    def __init__(self, model: Model, made: Detector, engine: Engine, answered: str, runtime: str) -> None:
        self._model, self.detector = model, made
        self.title = " ".join(filter(None, (engine.model, answered, "at", engine.url)))
        self._identity: Mapping[str, str] = {
            "url": engine.url, "name": engine.model, "version": answered, "runtime": runtime,
        }  # fmt: skip

    @property
    def identity(self) -> Mapping[str, str]:
        return self._identity

    def loaded(self, threads: int) -> Model:
        return self._model


class EnginePlace:
    """A model of an engine. `stop_here` may raise while an answer is waited for."""

    def __init__(self, engine: Engine, options: DetectOptions, stop_here: Callable[[], None]) -> None:
        self._engine, self._options, self._stop_here = engine, options, stop_here

    @contextmanager
    def ready(self) -> Iterator[Ready]:
        """Connected as long as it lasts."""
        engine, options = self._engine, self._options
        with connected(engine, self._stop_here) as model:
            signature, picture = model.tried(Form(engine.model, options.size, options.batch))
            made = detector(signature, picture, engine.model, options.wish)
            yield _Asked(model, made, engine, model.version or "", model.runtime())

    def crashed(self, file: str, frame: int) -> RunnerError:
        """Nobody's that is known: the model runs elsewhere."""
        return RunnerError(
            f"{file} can be decoded, but spotreel crashed while engine {self._engine.url} was asked about frame {frame}"
        )
