"""The object's schema as `python -m videojob_api.schema` has written it: making it anew takes a tenth of a second."""

import json
from pathlib import Path
from typing import Any

Schema = dict[str, Any]
SCHEMA_PATH = Path(__file__).with_name("schema.json")


def stored_schema() -> Schema:
    """The schema of the whole object, as the API server stores it."""
    schema: Schema = json.loads(SCHEMA_PATH.read_text())
    return schema
