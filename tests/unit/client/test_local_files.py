"""Which files of this machine a VideoJob names, and where they go."""

from pathlib import Path
from typing import Any

import pytest

from spotreel.errors import NotUploadable
from spotreel.local_files import check_target, check_written, local_inputs, place_of, with_places
from videojob_api.validate import check_document

A, B = Path("/home/me/a b.mp4"), Path("/home/me/c.png")


def document(**more: Any) -> dict[str, Any]:
    inputs = [{"name": n, "uri": u} for n, u in (("a", A.as_uri()), ("s", "s3://m/x.mp4"), ("again", A.as_uri()))]
    spec = {"inputs": inputs, "outputs": [{"uri": "s3://m/out.mp4"}], **more}
    head = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"name": "reel"}}
    return {**head, "spec": {**spec, "timeline": {"clips": [{"input": "a"}]}}}


def test_each_local_file_once_and_its_place_for_it() -> None:
    made = document()
    assert local_inputs(made) == [A]
    place = place_of("s3://m/in/", A, "0123456789abcdef0123")
    assert place == "s3://m/in/0123456789abcdef/a%20b.mp4"
    found = with_places(made, {A: place})
    assert [item["uri"] for item in found["spec"]["inputs"]] == [place, "s3://m/x.mp4", place]
    assert check_document(found) == [] and local_inputs(made) == [A], "the original stays"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"outputs": [{"uri": "file:///o.mp4"}]}, r"outputs\[0\].uri file:///o.mp4: a cluster cannot write .* --fetch"),
        ({"results": [{"uri": "file:///r.gz"}]}, r"results\[0\].uri file:///r.gz"),
        ({"checkpoint": {"uri": "file:///w/"}}, "checkpoint.uri: a cluster cannot write to this machine"),
    ],
)
def test_a_cluster_writes_to_no_desk(more: dict[str, Any], words: str) -> None:
    with pytest.raises(NotUploadable, match=words):
        check_written(document(**more))
    check_written(document(results=[{"sql": {}}], outputs=None))


def test_where_files_go() -> None:
    assert check_target("s3://m", [A]) == "s3://m/" and check_target("s3://m/in/", [A]) == "s3://m/in/"
    with pytest.raises(NotUploadable, match=r"/home/me/a b.mp4, /home/me/c.png: on this machine, .* add --upload-to"):
        check_target(None, [A, B])
    for wrong in ("s3://", "in/", "https://m/in"):
        with pytest.raises(NotUploadable, match=f"--upload-to {wrong}: files are uploaded to s3://bucket/folder/"):
            check_target(wrong, [A])
