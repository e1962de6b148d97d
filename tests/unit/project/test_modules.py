"""Each module has a test file of its name, or is named here with the file that tests it.

A stranger who changes `jobs.py` looks for `test_jobs.py`. What the list below names is tested with its neighbours: what
it does shows only in what they make of it.
"""

from pathlib import Path

import pytest

from tests.testbed.cache import ROOT

AREAS = {
    "operator/spotreel_operator": "operator",
    "crds/videojob_api": "api",
    "job_runner": "runner",
    "spotreel": "client",
}
"""Packages, each with the folder of its tests below `tests/unit`."""

ELSEWHERE = {
    # Commands, run as processes.
    "operator/spotreel_operator/app/main.py": "tests/integration/test_operator_lives.py",
    "job_runner/cli/attempt.py": "tests/integration/test_resume.py",
    "job_runner/cli/document.py": "tests/unit/runner/test_cli.py",
    "job_runner/cli/main.py": "tests/unit/runner/test_cli.py",
    "job_runner/cli/probe.py": "tests/unit/runner/test_cli.py",
    "job_runner/cli/rows_input.py": "tests/unit/runner/test_import_rows.py",
    "job_runner/cli/shortcuts.py": "tests/unit/runner/test_parser.py",
    "job_runner/cli/validate.py": "tests/unit/runner/test_cli.py",
    "job_runner/cli/cluster/follow.py": "tests/unit/runner/cluster/test_commands.py",
    "job_runner/cli/typed.py": "tests/unit/runner/test_parser.py",
    # Types, constants and errors alone.
    "operator/spotreel_operator/app/refusals.py": "tests/unit/operator/test_answers.py",
    "operator/spotreel_operator/reconcile/plan.py": "tests/unit/operator/test_reconcile.py",
    "operator/spotreel_operator/runtime/backend.py": "tests/unit/operator/test_kubernetes_job.py",
    "crds/videojob_api/conditions.py": "tests/unit/api/test_docs.py",
    "crds/videojob_api/names.py": "tests/unit/api/test_docs.py",
    "job_runner/engines/device.py": "tests/unit/runner/engines/test_onnx.py",
    "job_runner/engines/model.py": "tests/unit/runner/test_detecting.py",
    "job_runner/errors.py": "tests/unit/api/test_exit_codes.py",
    "job_runner/gpu_check/ground.py": "tests/unit/runner/gpu_check/test_check.py",
    "spotreel/errors.py": "tests/unit/client/test_refusals.py",
    "job_runner/media/device.py": "tests/unit/runner/test_render.py",
    "job_runner/media/clip.py": "tests/unit/runner/test_media.py",
    "job_runner/plan/facts.py": "tests/unit/runner/test_plan.py",
    "job_runner/workspace/store.py": "tests/unit/runner/test_workspace.py",
    # Parts of the spec and of status: good and bad values of all of them are one table.
    "crds/videojob_api/output.py": "tests/unit/api/test_validate.py",
    "crds/videojob_api/sound.py": "tests/unit/api/test_validate.py",
    "crds/videojob_api/spec.py": "tests/unit/api/test_validate.py",
    "crds/videojob_api/status.py": "tests/unit/api/test_crd.py",
    "crds/videojob_api/stored.py": "tests/unit/api/test_crd.py",
    "crds/videojob_api/timeline.py": "tests/unit/api/test_validate.py",
    "crds/videojob_api/words.py": "tests/unit/api/test_desk_cases.py",
    # What is known of each format, and its answers: one table.
    "job_runner/detection/formats/boxes_labels.py": "tests/unit/runner/detection/test_formats.py",
    "job_runner/detection/formats/detr.py": "tests/unit/runner/detection/test_formats.py",
    "job_runner/detection/formats/end_to_end.py": "tests/unit/runner/detection/test_formats.py",
    "job_runner/detection/formats/grid.py": "tests/unit/runner/detection/test_formats.py",
    "job_runner/detection/formats/ssd.py": "tests/unit/runner/detection/test_formats.py",
    "job_runner/detection/formats/yolo_v5.py": "tests/unit/runner/detection/test_formats.py",
    "job_runner/detection/formats/yolo_v8.py": "tests/unit/runner/detection/test_formats.py",
    "job_runner/detection/formats/yolox.py": "tests/unit/runner/detection/test_formats.py",
    "job_runner/detection/known.py": "tests/unit/runner/detection/test_formats.py",
    "job_runner/detection/recognise.py": "tests/unit/runner/detection/test_formats.py",
    # Derived from the protocol.
    "job_runner/engines/remote/protocol_pb2.py": "tests/unit/runner/engines/remote/test_messages.py",
    # Parts of one decision, or of one manifest.
    "operator/spotreel_operator/manifests/affinity.py": "tests/unit/operator/test_manifests.py",
    "operator/spotreel_operator/state/parts.py": "tests/unit/operator/test_trim.py",
    "operator/spotreel_operator/manifests/attempt.py": "tests/unit/operator/test_manifests.py",
    "operator/spotreel_operator/reconcile/attempts.py": "tests/unit/operator/test_reconcile.py",
    "operator/spotreel_operator/reconcile/placement/prices.py": "tests/unit/operator/placement/test_placed.py",
    "operator/spotreel_operator/reconcile/placement/queued.py": "tests/unit/operator/test_offers.py",
    "operator/spotreel_operator/reconcile/placement/tiers_of.py": "tests/unit/operator/placement/test_capacity.py",
    "operator/spotreel_operator/reconcile/avoid.py": "tests/unit/operator/test_starting.py",
    "operator/spotreel_operator/reconcile/conditions.py": "tests/unit/operator/test_status.py",
    # Pixels: seen in the pictures that are drawn with them.
    "job_runner/effects/arrays.py": "tests/unit/runner/effects/test_layers.py",
    "job_runner/effects/blend.py": "tests/unit/runner/effects/test_draw.py",
    "job_runner/effects/blur.py": "tests/unit/runner/effects/test_region.py",
    "job_runner/effects/picture.py": "tests/unit/runner/effects/test_draw.py",
    # Steps between a file and a file: seen in what comes out, which other tools measure.
    "job_runner/inputs.py": "tests/unit/runner/test_second_try.py",
    "job_runner/media/convert.py": "tests/unit/runner/test_hearing.py",
    "job_runner/media/cpu/device.py": "tests/unit/runner/test_edits_picture.py",
    "job_runner/media/cpu/encode.py": "tests/unit/runner/test_output.py",
    "job_runner/media/cpu/filters.py": "tests/unit/runner/cpu/test_scale.py",
    "job_runner/media/devices.py": "tests/unit/runner/test_edits_picture.py",
    "job_runner/media/encoder_check.py": "tests/unit/runner/test_encoder.py",
    "job_runner/media/inspect.py": "tests/unit/runner/test_timing.py",
    "job_runner/media/probe.py": "tests/unit/runner/test_real_files.py",
    "job_runner/plan/track_notes.py": "tests/unit/runner/test_tracks.py",
    "job_runner/media/recipe.py": "tests/unit/runner/cpu/test_scale.py",
    "job_runner/media/rows.py": "tests/unit/runner/cpu/test_planes.py",
    "job_runner/media/samples.py": "tests/unit/runner/test_hearing.py",
    "job_runner/media/source.py": "tests/unit/runner/test_timing.py",
    # A store and the way to it, on a real one.
    "job_runner/push.py": "tests/unit/runner/test_proxies.py",
    "job_runner/session.py": "tests/unit/runner/test_second_try.py",
    "job_runner/workspace/clients.py": "tests/unit/runner/test_workspace.py",
    "job_runner/workspace/directory.py": "tests/unit/runner/test_workspace.py",
    "job_runner/workspace/places.py": "tests/unit/runner/test_workspace.py",
    "job_runner/workspace/ranges.py": "tests/unit/runner/test_workspace.py",
    "job_runner/workspace/s3.py": "tests/integration/test_conditional_writes.py",
}


def modules() -> list[str]:
    """Of all four packages, as paths from the root."""
    found = (path for area in AREAS for path in sorted((ROOT / area).rglob("*.py")))
    return [str(path.relative_to(ROOT)) for path in found if not path.stem.startswith("__")]


def has_its_own(module: str) -> bool:
    folder = next(tests for area, tests in AREAS.items() if module.startswith(f"{area}/"))
    return any((ROOT / "tests" / "unit" / folder).rglob(f"test_{Path(module).stem}.py"))


def test_every_module_has_a_test_file_of_its_name_or_is_named_here() -> None:
    assert not {module for module in modules() if not has_its_own(module)} - ELSEWHERE.keys()


def test_the_list_names_no_module_that_is_gone_or_has_its_own() -> None:
    assert not ELSEWHERE.keys() - set(modules())
    assert not {module for module in ELSEWHERE if has_its_own(module)}


@pytest.mark.parametrize("module", ELSEWHERE)
def test_the_file_that_tests_it_is_there(module: str) -> None:
    assert (ROOT / ELSEWHERE[module]).is_file()
