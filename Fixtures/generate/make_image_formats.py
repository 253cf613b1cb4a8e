#!/usr/bin/env python3
"""Small pictures in many formats, and what the Python imaging library makes of them.

    python make_image_formats.py OUT        (writes OUT/*.{jpg,png,webp,gif,bmp,tif} and OUT/expected/*.png)

Every expected picture is what the reference library's `load_image` gives: ImageOps.exif_transpose, then convert("RGB").
Made with Pillow 13.0.0, numpy and scikit-image's photographs (public domain, CC0), which lie beside as ../_images.
"""
import os
import struct
import sys

import numpy as np
from PIL import Image, ImageOps

out = sys.argv[1]
os.makedirs(os.path.join(out, "expected"), exist_ok=True)
photo = Image.open(os.path.join(out, "..", "_images", "chelsea.png")).convert("RGB").resize((61, 41), Image.LANCZOS)
alpha = Image.fromarray(np.tile(np.linspace(0, 255, 61).astype(np.uint8), (41, 1)))
rgba = photo.copy()
rgba.putalpha(alpha)
grey = photo.convert("L")
palette = photo.quantize(64)


def exif(orientation):
    e = Image.Exif()
    e[274] = orientation
    return e


# --- JPEG
photo.save(f"{out}/rgb.jpg", quality=90)
photo.save(f"{out}/rgb444.jpg", quality=75, subsampling=0)
photo.save(f"{out}/progressive.jpg", quality=80, progressive=True)
grey.save(f"{out}/grey.jpg", quality=85)
photo.convert("CMYK").save(f"{out}/cmyk.jpg", quality=85)
for o in range(2, 9):
    photo.save(f"{out}/turned{o}.jpg", quality=85, exif=exif(o))
xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
photo.save(f"{out}/turned_xmp.jpg", quality=85, xmp=xmp)
# --- PNG
photo.save(f"{out}/rgb.png")
rgba.save(f"{out}/rgba.png")
grey.save(f"{out}/grey.png")
Image.merge("LA", (grey, alpha)).save(f"{out}/grey_alpha.png")
palette.save(f"{out}/palette.png")
photo.quantize(4).save(f"{out}/palette2.png", bits=2)
palette.save(f"{out}/palette_transparent.png", transparency=bytes(range(0, 256, 4)))
grey.convert("1").save(f"{out}/bilevel.png")
photo.save(f"{out}/transparent_colour.png", transparency=photo.getpixel((3, 3)))
Image.fromarray((np.asarray(grey, np.uint16) * 3)).save(f"{out}/grey16.png")
photo.save(f"{out}/turned.png", exif=exif(8))


def png(path, width, height, depth, color, interlace, rows):
    import zlib
    chunk = lambda n, d: struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d))
    open(path, "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace))
                           + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + r for r in rows))) + chunk(b"IEND", b""))


rng = np.random.default_rng(0)
wide = rng.integers(0, 65536, (9, 11, 3), dtype=np.uint16)
png(f"{out}/rgb16.png", 11, 9, 16, 2, 0, [r.astype(">u2").tobytes() for r in wide])
png(f"{out}/grey_alpha16.png", 11, 9, 16, 4, 0, [r[:, :2].astype(">u2").tobytes() for r in wide])
png(f"{out}/grey4.png", 12, 9, 4, 0, 0, [rng.bytes(6) for _ in range(9)])
png(f"{out}/grey2.png", 12, 9, 2, 0, 0, [rng.bytes(3) for _ in range(9)])
a = np.asarray(photo)
passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
png(f"{out}/interlaced.png", 61, 41, 8, 2, 1, [r.tobytes() for y, x, dy, dx in passes for r in a[y::dy, x::dx] if r.size])
# --- WebP
photo.save(f"{out}/lossy.webp", quality=80)
photo.save(f"{out}/lossless.webp", lossless=True)
rgba.save(f"{out}/alpha.webp", quality=80)
rgba.save(f"{out}/alpha_lossless.webp", lossless=True, exact=True)
photo.save(f"{out}/turned.webp", quality=80, exif=exif(6))
photo.save(f"{out}/animated.webp", save_all=True, append_images=[photo.rotate(180)], duration=100, quality=80)
# --- GIF
palette.save(f"{out}/plain.gif")
palette.save(f"{out}/interlaced.gif", interlace=1)
palette.save(f"{out}/transparent.gif", transparency=5)
palette.save(f"{out}/animated.gif", save_all=True, append_images=[palette.rotate(90)], duration=100)
# A frame smaller than the canvas: 8 x 6 at (3, 2) of 16 x 12.
small = photo.resize((8, 6)).quantize(16)
small.save(f"{out}/_small.gif")
b = bytearray(open(f"{out}/_small.gif", "rb").read())
os.remove(f"{out}/_small.gif")
struct.pack_into("<HH", b, 6, 16, 12)
at = 13 + 3 * (2 << (b[10] & 7))
while b[at] == 0x21:
    at += 2
    while b[at]:
        at += b[at] + 1
    at += 1
assert b[at] == 0x2C
struct.pack_into("<HH", b, at + 1, 3, 2)
open(f"{out}/offset.gif", "wb").write(b)
# --- BMP
photo.save(f"{out}/rgb.bmp")
grey.save(f"{out}/grey.bmp")
palette.save(f"{out}/palette.bmp")
grey.convert("1").save(f"{out}/bilevel.bmp")
rgba.save(f"{out}/rgba.bmp")


def bmp(path, bits, compression, data, masks=b"", height=41, colors=b"", width=61):
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(data), 2835, 2835, len(colors) // 4, 0)
    offset = 14 + len(head) + len(masks) + len(colors)
    open(path, "wb").write(b"BM" + struct.pack("<IHHI", offset + len(data), 0, 0, offset) + head + masks + colors + data)


pad = lambda r: r + b"\0" * (-len(r) % 4)
five = (a[:, :, 0].astype(np.uint16) >> 3) << 10 | (a[:, :, 1].astype(np.uint16) >> 3) << 5 | a[:, :, 2].astype(np.uint16) >> 3
bmp(f"{out}/rgb555.bmp", 16, 0, b"".join(pad(r.astype("<u2").tobytes()) for r in five[::-1]))
six = (a[:, :, 0].astype(np.uint16) >> 3) << 11 | (a[:, :, 1].astype(np.uint16) >> 2) << 5 | a[:, :, 2].astype(np.uint16) >> 3
bmp(f"{out}/rgb565.bmp", 16, 3, b"".join(pad(r.astype("<u2").tobytes()) for r in six[::-1]), struct.pack("<III", 0xF800, 0x7E0, 0x1F))
bmp(f"{out}/topdown.bmp", 24, 0, b"".join(pad(r[:, ::-1].tobytes()) for r in a), height=-41)
p = np.asarray(palette)
colors = b"".join(bytes((c[2], c[1], c[0], 0)) for c in np.array(palette.getpalette()[:192]).reshape(-1, 3).astype(np.uint8))
rle = b""
for row in p[::-1]:
    x = 0
    while x < 61:
        n = 1
        while x + n < 61 and row[x + n] == row[x] and n < 255:
            n += 1
        if n == 1 and x + 4 <= 61:
            rle += bytes((0, 4)) + row[x:x + 4].tobytes()
            x += 4
        else:
            rle += bytes((n, row[x]))
            x += n
    rle += b"\0\0"
bmp(f"{out}/rle8.bmp", 8, 1, rle + b"\0\1", colors=colors)
# --- TIFF
photo.save(f"{out}/rgb.tif")
photo.save(f"{out}/lzw.tif", compression="tiff_lzw")
photo.save(f"{out}/deflate.tif", compression="tiff_adobe_deflate")
photo.save(f"{out}/jpeg.tif", compression="jpeg", quality=85)
rgba.save(f"{out}/rgba.tif", compression="tiff_lzw")
grey.save(f"{out}/grey.tif")
palette.save(f"{out}/palette.tif", compression="tiff_lzw")
grey.convert("1").save(f"{out}/group4.tif", compression="group4")
grey.convert("1").save(f"{out}/bilevel.tif")
photo.convert("CMYK").save(f"{out}/cmyk.tif", compression="tiff_lzw")
Image.fromarray(np.asarray(grey, np.uint16) * 3).save(f"{out}/grey16.tif")
photo.save(f"{out}/turned.tif", tiffinfo={274: 6}, compression="tiff_lzw")

count = 0
for name in sorted(os.listdir(out)):
    path = os.path.join(out, name)
    if os.path.isfile(path):
        ImageOps.exif_transpose(Image.open(path)).convert("RGB").save(f"{out}/expected/{name}.png", optimize=True)
        count += 1
print(count, "pictures")
