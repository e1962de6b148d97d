"""A local file into a store: in parts, several at once, going on where an earlier try was interrupted.

What an interrupted upload has brought stays in the store as an unfinished upload of the same key. Since the key is
named after the file's bytes, its parts are those of this file, and each is compared by its checksum all the same.
"""

import hashlib
import io
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any

from job_runner.errors import AccessDenied
from job_runner.workspace.places import split_s3
from job_runner.workspace.s3 import S3Calls
from job_runner.workspace.store import Missing
from spotreel.digest import Digest, Stopped, Told
from spotreel.errors import StoreError
from spotreel.parts import Part, parts
from spotreel.stores import store_words
from videojob_api.exit_codes import ExitCode

AT_ONCE = 4
Sent = dict[str, Any]
"""A part as the store wants it named when the upload is completed."""


class Upload:
    """One file to one URI. `told` hears of bytes that are in the store, by this try or an earlier one."""

    def __init__(self, calls: S3Calls, uri: str, digest: Digest, told: Told, stop: threading.Event) -> None:
        bucket, key = split_s3(uri)
        self._calls, self._client, self._uri = calls, calls.client, uri
        self._at = {"Bucket": bucket, "Key": key}
        self._digest, self._told, self._stop = digest, told, stop
        self._checked = calls.client.meta.config.request_checksum_calculation != "when_required"

    def run(self) -> bool:
        """Whether anything was sent: the object may have been there. Raises StoreError, LocalFileError or Stopped."""
        with store_words():
            if self._stands():
                self._told(self._digest.size)
                return False
            todo = list(parts(self._digest.size))
            if len(todo) == 1:
                self._put(todo[0])
            else:
                self._put_parts(todo)
            if self._stands() is False:
                raise StoreError(f"{self._uri}: the store has other bytes than were sent", ExitCode.WORKSPACE_CORRUPT)
        return True

    def _call(self, call: Callable[[], Any]) -> Any:
        if self._stop.is_set():
            raise Stopped
        return self._calls(self._uri, call)

    def _stands(self) -> bool | None:
        """Whether the object is there, these very bytes; None for those who may write and not look."""
        try:
            found = self._call(lambda: self._client.head_object(**self._at))
        except Missing:
            return False
        except AccessDenied:
            return None
        same: bool = found["ContentLength"] == self._digest.size
        return same and found.get("Metadata", {}).get("sha256") == self._digest.sha256

    def _put(self, part: Part) -> None:
        data = self._digest.read(part)
        self._call(lambda: self._client.put_object(**self._at, Body=Body(data, self._stop), Metadata=self._metadata()))
        self._told(part.size)

    def _metadata(self) -> dict[str, str]:
        return {"sha256": self._digest.sha256}

    def _put_parts(self, todo: Sequence[Part]) -> None:
        upload, sent = self._begun()
        upload = upload or self._begin()
        self._told(sum(part.size for part in todo if part.number in sent))
        sent |= self._send(upload, [part for part in todo if part.number not in sent])
        ordered = {"Parts": [sent[part.number] for part in todo]}
        self._call(lambda: self._client.complete_multipart_upload(**self._at, UploadId=upload, MultipartUpload=ordered))

    def _begin(self) -> str:
        """With a checksum for each part, unless the store is one that knows none."""
        asked = {**self._at, "Metadata": self._metadata(), **({"ChecksumAlgorithm": "CRC32"} if self._checked else {})}
        return str(self._call(lambda: self._client.create_multipart_upload(**asked))["UploadId"])

    def _begun(self) -> tuple[str | None, dict[int, Sent]]:
        """The newest unfinished upload of this key, and those of its parts that are this file's."""
        pages = self._client.get_paginator("list_multipart_uploads")
        asked = {"Bucket": self._at["Bucket"], "Prefix": self._at["Key"]}
        try:
            found = self._call(lambda: [u for page in pages.paginate(**asked) for u in page.get("Uploads", [])])
            ours = sorted((u for u in found if u["Key"] == self._at["Key"]), key=lambda u: u["Initiated"])
            return (ours[-1]["UploadId"], self._there(ours[-1]["UploadId"])) if ours else (None, {})
        except (AccessDenied, Missing):
            # Who may not look begins anew.
            return None, {}

    def _there(self, upload: str) -> dict[int, Sent]:
        pages = self._client.get_paginator("list_parts").paginate(**self._at, UploadId=upload)
        found = self._call(lambda: {p["PartNumber"]: p for page in pages for p in page.get("Parts", [])})
        wanted = {part.number: part for part in parts(self._digest.size)}
        return {n: self._named(n, p) for n, p in found.items() if n in wanted and self._same(wanted[n], p)}

    def _same(self, part: Part, found: dict[str, Any]) -> bool:
        """By the checksum that the store was given; else by its ETag, which mostly is the MD5."""
        if found["Size"] != part.size:
            return False
        if "ChecksumCRC32" in found:
            return bool(found["ChecksumCRC32"] == self._digest.checksums[part.number - 1])
        md5 = hashlib.md5(self._digest.read(part), usedforsecurity=False)
        return bool(found["ETag"].strip('"') == md5.hexdigest())

    def _send(self, upload: str, todo: Sequence[Part]) -> dict[int, Sent]:
        """Several at once; the first failure ends the others before they begin."""
        failed = threading.Event()
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="upload") as pool:
            sent = {part.number: pool.submit(self._send_one, upload, part, failed) for part in todo}
            done, _ = wait(sent.values(), return_when=FIRST_EXCEPTION)
            if any(future.exception() for future in done):
                failed.set()
        errors = [error for future in sent.values() if (error := future.exception())]
        for error in sorted(errors, key=lambda error: isinstance(error, Stopped)):
            raise error
        return {number: future.result() for number, future in sent.items()}

    def _send_one(self, upload: str, part: Part, failed: threading.Event) -> Sent:
        if failed.is_set():
            raise Stopped
        data = self._digest.read(part)
        asked = {**self._at, "UploadId": upload, "PartNumber": part.number}
        answer = self._call(lambda: self._client.upload_part(**asked, Body=Body(data, self._stop)))
        self._told(part.size)
        return self._named(part.number, answer)

    def _named(self, number: int, answer: dict[str, Any]) -> Sent:
        """A store that takes checksums wants to hear them again at the end; not every one lists them."""
        checksum = {"ChecksumCRC32": self._digest.checksums[number - 1]} if self._checked else {}
        return {"PartNumber": number, "ETag": answer["ETag"], **checksum}


class Body(io.BytesIO):
    """Bytes that end a request as soon as somebody interrupts: a part may take minutes."""

    def __init__(self, data: bytes, stop: threading.Event) -> None:
        super().__init__(data)
        self._stop = stop

    def read(self, size: int | None = -1, /) -> bytes:
        """Raises Stopped."""
        if self._stop.is_set():
            raise Stopped
        return super().read(size)
