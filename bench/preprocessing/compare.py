#!/usr/bin/python3
"""Compares flink-vision's network inputs with torchvision's, and what a network says of both.

For each picture of a folder: the decoded, resized and cropped 8-bit samples, and the logits of one network (by ONNX
Runtime, in flink-vision) on them. The reference is torchvision's Resize (antialias) and CenterCrop on a PIL image, as
its own evaluation has them. For the record also what OpenCV's own filters would have given.

    apt-get install python3-torchvision
    mvn -q process-classes
    bench/preprocessing/compare.py BUNDLE FOLDER
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy
import PIL
import PIL.ImageOps
import torchvision
from torchvision import transforms
from torchvision.transforms import InterpolationMode

HOME = pathlib.Path(__file__).resolve().parents[2]
ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}
FILTERS = [("flink-vision", "own"), ("OpenCV INTER_AREA", "area"), ("OpenCV INTER_LINEAR", "linear")]


def vision(*arguments):
    """Runs NetworkInputs.java on the classes of the project."""
    class_path = f"{HOME}/target/classes:{(HOME / 'target/launcher.classpath').read_text()}"
    source = pathlib.Path(__file__).with_name("NetworkInputs.java")
    command = ["java", "-cp", class_path, str(source), *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def torchvision_inputs(files, size, rule, length, interpolation):
    """[files, size, size, 3], uint8."""
    mode = InterpolationMode[interpolation]
    if rule == "shorter-side":
        steps = [transforms.Resize(length, mode, antialias=True), transforms.CenterCrop(size)]
    elif rule == "stretch":
        steps = [transforms.Resize((size, size), mode, antialias=True)]
    else:
        sys.exit(f"torchvision has no transform for {rule}")
    transform = transforms.Compose(steps)
    return numpy.stack([
        numpy.asarray(transform(PIL.ImageOps.exif_transpose(PIL.Image.open(file)).convert("RGB"))) for file in files])


def logits(bundle, inputs, folder):
    """[files, classes], float32."""
    (folder / "inputs").write_bytes(inputs.tobytes())
    vision("logits", bundle, folder / "inputs", folder / "logits")
    return numpy.fromfile(folder / "logits", dtype="<f4").reshape(len(inputs), -1)


def row(name, inputs, scores, expected_inputs, expected_scores):
    """A line of the table."""
    pixels = numpy.abs(inputs.astype(int) - expected_inputs.astype(int))
    same = (pixels.reshape(len(inputs), -1).max(axis=1) == 0).sum()
    difference = numpy.abs(scores - expected_scores)
    relative = numpy.linalg.norm(scores - expected_scores, axis=1) / numpy.linalg.norm(expected_scores, axis=1)
    changed = (scores.argmax(axis=1) != expected_scores.argmax(axis=1)).sum()
    return (f"| {name} | {same} of {len(inputs)} | {pixels.mean():.3f} | {pixels.max()} | {difference.mean():.4f}"
            f" | {difference.max():.4f} | {100 * relative.mean():.2f} % | {changed} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", help="a model bundle's folder")
    parser.add_argument("folder", help="a folder of pictures")
    arguments = parser.parse_args()
    files = sorted(file for file in pathlib.Path(arguments.folder).iterdir() if file.suffix.lower() in ENDINGS)
    size, rule, length, interpolation = vision("rule", arguments.bundle).split()
    size = int(size)
    expected = torchvision_inputs(files, size, rule, int(length), interpolation)
    print(f"{len(files)} pictures; {rule} {length}, {size} x {size}, {interpolation.lower()}; torchvision"
          f" {torchvision.__version__}, Pillow {PIL.__version__}\n")
    print("| input made by | same input | mean difference of a sample | largest | mean difference of a logit | largest"
          " | relative | other first label |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        expected_scores = logits(arguments.bundle, expected, folder)
        for title, resampler in FILTERS:
            vision("inputs", arguments.bundle, resampler, folder / "samples", *files)
            inputs = numpy.fromfile(folder / "samples", dtype=numpy.uint8).reshape(expected.shape)
            print(row(title, inputs, logits(arguments.bundle, inputs, folder), expected, expected_scores))


if __name__ == "__main__":
    main()
