"""Makes the pictures of this folder; README.md says what each is for. Needs Pillow and NumPy."""

import io
from pathlib import Path

import numpy
from PIL import Image

FOLDER = Path(__file__).parent
# The four quarters of every picture: red, green, blue and a light grey-brown.
QUARTERS = numpy.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [200, 180, 160]]], numpy.uint8)
HALVES_OF_RED = numpy.array([[[255, 0, 0, 255], [255, 0, 0, 128]], [[255, 0, 0, 0], [0, 0, 0, 255]]], numpy.uint8)


def blocks(colours, side=16):
    return colours.repeat(side, 0).repeat(side, 1)


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags.tobytes()


def webp():
    rgb = Image.fromarray(blocks(QUARTERS))
    rgba = Image.fromarray(blocks(HALVES_OF_RED))
    rgb.save(FOLDER / "lossy.webp", quality=95)
    rgb.save(FOLDER / "lossless.webp", lossless=True)
    rgba.save(FOLDER / "lossy-alpha.webp", quality=95)
    rgba.save(FOLDER / "lossless-alpha.webp", lossless=True)
    rgb.save(FOLDER / "orientation-6.webp", lossless=True, exif=exif(6))
    rgb.save(FOLDER / "animated.webp", lossless=True, save_all=True, append_images=[rgb.rotate(90)], duration=100)


def segments(jpeg):
    """The segments before the first scan, and the rest."""
    found, position = [], 2
    while jpeg[position + 1] != 0xDA:
        end = position + 2 + int.from_bytes(jpeg[position + 2:position + 4], "big")
        found.append(jpeg[position:end])
        position = end
    return found, jpeg[position:]


def encoded(image):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=95, subsampling=0)
    return file.getvalue()


def jpeg():
    rgb = blocks(QUARTERS)
    # Ink 255 is none in Adobe's CMYK: a browser shows ink * black / 255. Pillow inverts both when it saves.
    opposite = 255 - rgb
    black = numpy.zeros(rgb.shape[:2] + (1,), numpy.uint8)
    black[16:, 16:] = 128
    (FOLDER / "cmyk.jpg").write_bytes(encoded(Image.fromarray(numpy.concatenate([opposite, black], 2), "CMYK")))

    # YCCK: cyan, magenta and yellow as luminance and chrominance of their opposite, and 2 in Adobe's marker.
    luminance = numpy.array(Image.fromarray(opposite).convert("YCbCr"))
    ycck = encoded(Image.fromarray(numpy.concatenate([255 - luminance, black], 2), "CMYK"))
    found, rest = segments(ycck)
    found = [s[:-1] + b"\2" if s[1] == 0xEE else s for s in found]
    (FOLDER / "ycck.jpg").write_bytes(ycck[:2] + b"".join(found) + rest)

    # Red, green and blue as they are, which Adobe's marker with a 0 says.
    found, rest = segments(encoded(Image.frombytes("YCbCr", (32, 32), rgb.tobytes())))
    adobe = b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0"
    found = [adobe] + [s for s in found if s[1] != 0xE0]
    (FOLDER / "adobe-rgb.jpg").write_bytes(b"\xff\xd8" + b"".join(found) + rest)


def formula_made(width, height):
    y, x, c = numpy.meshgrid(range(height), range(width), range(3), indexing="ij")
    return Image.fromarray(((x * x * 7 + y * 13 * (c + 1) + x * y * 3 + c * 50) % 256).astype(numpy.uint8))


FILTERS = (Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC)


def resized():
    source = formula_made(37, 29)
    for filter in FILTERS:
        for size in ((16, 11), (37, 29), (64, 50), (5, 40), (100, 3), (1, 1)):
            save_resized(source.resize(size, filter), f"{filter.name.lower()}-{size[0]}x{size[1]}")
        for source_size, size in (((701, 1103), (61, 47)), ((5003, 211), (30, 41)), ((3, 900), (7, 301))):
            result = formula_made(*source_size).resize(size, filter)
            save_resized(result, "{}-{}x{}-from-{}x{}".format(filter.name.lower(), *size, *source_size))
        if filter != Image.Resampling.NEAREST:
            save_resized(source.resize((16, 11), filter, (2.25, 1.5, 30.75, 27.25)), f"{filter.name.lower()}-part")


def save_resized(picture, name):
    picture.save(FOLDER / "pillow" / f"{name}.png", optimize=True)


webp()
jpeg()
resized()
