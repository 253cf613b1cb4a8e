#!/usr/bin/env python3
"""Writes Sources/CImage/Font.h out of X11's font 9x15, of the Debian package xfonts-base 1:1.0.5+nmu1.

    apt-get download xfonts-base && dpkg-deb -x xfonts-base_*.deb x
    scripts/make-font.py x/usr/share/fonts/X11/misc/9x15.pcf.gz > Sources/CImage/Font.h

Its copyright file says of font-misc-misc: "Public domain font. Share and enjoy."
"""
import gzip
import struct
import sys

# Latin, Greek, Cyrillic, and what typography puts between words.
RANGES = [(0x20, 0x7E), (0xA0, 0x17F), (0x386, 0x3CE), (0x400, 0x45F), (0x490, 0x491), (0x2010, 0x2026), (0x20AC, 0x20AC), (0xFFFD, 0xFFFD)]
METRICS, BITMAPS, ENCODINGS, ACCELERATORS = 1 << 2, 1 << 3, 1 << 5, 1 << 8

data = gzip.open(sys.argv[1]).read()
assert data[:4] == b"\x01fcp"
tables = {}
for index in range(struct.unpack_from("<I", data, 4)[0]):
    kind, form, size, offset = struct.unpack_from("<4I", data, 8 + 16 * index)
    tables[kind] = (form, offset)


def table(kind):
    """The offset after the format word, its byte order and the format."""
    form, offset = tables[kind]
    return offset + 4, ">" if form & 4 else "<", form


at, order, form = table(ACCELERATORS)
ascent, descent = struct.unpack_from(order + "2i", data, at + 8)
at, order, form = table(METRICS)
metrics = []
if form & 0x100:
    for index in range(struct.unpack_from(order + "H", data, at)[0]):
        metrics.append([value - 0x80 for value in struct.unpack_from("5B", data, at + 2 + 5 * index)])
else:
    for index in range(struct.unpack_from(order + "I", data, at)[0]):
        metrics.append(struct.unpack_from(order + "5h", data, at + 4 + 12 * index))
at, order, form = table(BITMAPS)
count = struct.unpack_from(order + "I", data, at)[0]
offsets = struct.unpack_from(f"{order}{count}I", data, at + 4)
sizes = struct.unpack_from(order + "4I", data, at + 4 + 4 * count)
start, padding = at + 4 + 4 * count + 16, 1 << (form & 3)
assert form & 8, "bits are expected most significant first"
# Bytes within a unit of the scan line may be swapped against the bits.
unit, swapped = 1 << (form >> 4 & 3), bool(form & 4) != bool(form & 8)
at, order, form = table(ENCODINGS)
low, high, first_row, last_row, default = struct.unpack_from(order + "5H", data, at)


def glyph(code):
    """Fifteen rows of nine bits, the leftmost the most significant; None where there is none."""
    row, column = code >> 8, code & 255
    if not (first_row <= row <= last_row and low <= column <= high):
        return None
    index = struct.unpack_from(order + "H", data, at + 10 + 2 * ((row - first_row) * (high - low + 1) + column - low))[0]
    if index == 0xFFFF:
        return None
    left, right, width, up, down = metrics[index][:5]
    stride = ((right - left + 7) // 8 + padding - 1) // padding * padding
    rows = [0] * (ascent + descent)
    for y in range(up + down):
        line = data[start + offsets[index] + y * stride :][:stride]
        if swapped and unit > 1:
            line = b"".join(line[i : i + unit][::-1] for i in range(0, len(line), unit))
        bits = int.from_bytes(line, "big") >> (8 * stride - (right - left))
        shift = 9 - right
        place = ascent - up + y
        if 0 <= place < len(rows):
            rows[place] |= (bits << shift if shift >= 0 else bits >> -shift) & 0x1FF
    return rows


assert ascent + descent == 15
found = [(code, rows) for a, b in RANGES for code in range(a, b + 1) if (rows := glyph(code)) is not None]
print("// X11's font 9x15, public domain. Made by scripts/make-font.py, which says from what; not to be edited.")
print(f"\n#define HUB_FONT_GLYPHS {len(found)}\n")
print("// Of each glyph its code point, and rows from the top whose nine lowest bits are pixels, the leftmost first.")
print("static const struct { uint16_t code, rows[15]; } hub_font[HUB_FONT_GLYPHS] = {")
for code, rows in found:
    print(f"    {{{code}, {{{', '.join(map(str, rows))}}}}},")
print("};")
