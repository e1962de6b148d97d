"""The platform's classes, from the operator's configuration. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from videojob_api.config import ConfigError, JobClass, OperatorConfiguration, parse_config

Object = dict[str, Any]
FILE = "config.yaml"


@dataclass(frozen=True)
class ClassOffer:
    """A class that jobs may name; `default` where they name none."""

    name: str
    default: bool
    job_class: JobClass


def classes_in(config_maps: Iterable[Object]) -> list[ClassOffer]:
    """Of all configurations of operators among these ConfigMaps."""
    texts = (config_map.get("data", {}).get(FILE) for config_map in config_maps)
    configurations = [found for text in texts if text and (found := _read(text))]
    return [
        ClassOffer(name, name == configuration.default_class, job_class)
        for configuration in configurations
        for name, job_class in sorted(configuration.classes.items())
    ]


def _read(text: str) -> OperatorConfiguration | None:
    try:
        return parse_config(text)
    except ConfigError:
        return None
