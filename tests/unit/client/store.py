"""A store in this process, for uploads: multipart uploads, checksums, refusals."""

import hashlib
import threading
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from job_runner.workspace.s3 import S3Calls
from job_runner.workspace.s3_client import Endpoint
from spotreel.digest import crc32


def refusal(status: int, code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "any")


class Store:
    """A boto3 client's calls. `denied`: names of calls that are refused; `breaks`: at the part of this number."""

    def __init__(self, checksums: str = "when_supported") -> None:
        self.objects: dict[str, tuple[bytes, dict[str, str]]] = {}
        self.uploads: dict[str, dict[str, Any]] = {}
        self.received: list[int] = []
        self.denied: set[str] = set()
        self.breaks = 0
        self.keeps_checksums = checksums == "when_supported"
        self._lock = threading.Lock()
        config = type("Config", (), {"request_checksum_calculation": checksums})
        self.meta = type("Meta", (), {"config": config})

    def calls(self) -> S3Calls:
        return S3Calls(Endpoint(patience=0), self)

    def head_object(self, Bucket: str, Key: str) -> Any:
        self._check("head")
        if Key not in self.objects:
            raise refusal(404, "404")
        data, metadata = self.objects[Key]
        return {"ContentLength": len(data), "Metadata": metadata}

    def put_object(self, Bucket: str, Key: str, Body: Any, Metadata: dict[str, str]) -> Any:
        self._check("put")
        self.objects[Key] = (Body.read(), Metadata)

    def create_multipart_upload(self, Bucket: str, Key: str, Metadata: dict[str, str], **more: Any) -> Any:
        assert more == ({"ChecksumAlgorithm": "CRC32"} if self.keeps_checksums else {})
        name = f"u{len(self.uploads)}"
        self.uploads[name] = {"Key": Key, "UploadId": name, "Initiated": name, "metadata": Metadata, "parts": {}}
        return {"UploadId": name}

    def upload_part(self, Bucket: str, Key: str, UploadId: str, PartNumber: int, Body: Any) -> Any:
        data = Body.read()
        with self._lock:
            self.received.append(PartNumber)
            if PartNumber == self.breaks:
                raise refusal(403, "AccessDenied")
            self.uploads[UploadId]["parts"][PartNumber] = data
        return self._part(PartNumber, data)

    def complete_multipart_upload(self, Bucket: str, Key: str, UploadId: str, MultipartUpload: Any) -> Any:
        upload = self.uploads.pop(UploadId)
        named = [part["PartNumber"] for part in MultipartUpload["Parts"]]
        there = [self._part(number, upload["parts"][number]) for number in named]
        assert MultipartUpload["Parts"] == [{k: v for k, v in part.items() if k != "Size"} for part in there]
        self.objects[Key] = (b"".join(upload["parts"][number] for number in named), upload["metadata"])

    def get_paginator(self, name: str) -> Any:
        def pages(_: Any, **asked: Any) -> Iterator[Any]:
            self._check(name)
            yield getattr(self, f"_{name}")(**asked)

        return type("Pages", (), {"paginate": pages})()

    def _list_multipart_uploads(self, Bucket: str, Prefix: str) -> Any:
        return {"Uploads": [u for u in self.uploads.values() if u["Key"].startswith(Prefix)]}

    def _list_parts(self, Bucket: str, Key: str, UploadId: str) -> Any:
        return {"Parts": [self._part(n, data) for n, data in sorted(self.uploads[UploadId]["parts"].items())]}

    def _part(self, number: int, data: bytes) -> dict[str, Any]:
        etag = f'"{hashlib.md5(data).hexdigest()}"'
        checksum = {"ChecksumCRC32": crc32(data)} if self.keeps_checksums else {}
        return {"PartNumber": number, "ETag": etag, "Size": len(data), **checksum}

    def _check(self, name: str) -> None:
        if name in self.denied:
            raise refusal(403, "AccessDenied")
