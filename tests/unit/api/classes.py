"""Classes for tests: a podTemplate as YAML has it, and what is wrong with one."""

from typing import Any

import yaml

from videojob_api.config import ConfigError, JobClass, parse_config

Object = dict[str, Any]


def parsed_class(**fields: Any) -> JobClass:
    """Read as the operator reads it. Raises ConfigError."""
    return parse_config(yaml.safe_dump({"defaultClass": "a", "classes": {"a": fields}})).classes["a"]


def refusal(**fields: Any) -> str:
    """What the operator says of a class; empty if it takes it."""
    try:
        parsed_class(**fields)
    except ConfigError as error:
        return str(error)
    return ""


def refusal_of_template(**template: Any) -> str:
    """The same of a podTemplate."""
    return refusal(podTemplate=template)
