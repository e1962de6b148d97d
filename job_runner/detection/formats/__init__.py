"""Every format that is understood, by the name that people choose. A new one is a file and a row."""

from job_runner.detection.formats.boxes_labels import BATCHED, TORCHVISION
from job_runner.detection.formats.detr import DETR, RT_DETR
from job_runner.detection.formats.end_to_end import END_TO_END, FLAT
from job_runner.detection.formats.faces import FACES, ULTRAFACE
from job_runner.detection.formats.ssd import SSD
from job_runner.detection.formats.yolo_v5 import YOLO_V5
from job_runner.detection.formats.yolo_v8 import YOLO_V8
from job_runner.detection.formats.yolox import YOLOX

FORMATS = {
    each.name: each
    for each in (
        YOLO_V5, YOLO_V8, YOLOX, END_TO_END, FLAT, DETR, RT_DETR, TORCHVISION, BATCHED, SSD, FACES, ULTRAFACE,
    )
}  # fmt: skip
