#!/usr/bin/env python3
"""Makes the images of Fixtures/repos/tiny_photos from the folder of full-size photos given as the only argument.

The photos are `chelsea`, `coffee`, `rocket` and `astronaut` of scikit-image's data. Each gives three pictures of
96 x 96 pixels: the middle of it, its mirror image, and an off-centre crop. Mirror images make the test split.
"""

import csv
import pathlib
import sys

from PIL import Image, ImageOps

LABELS = {"chelsea": "cat", "coffee": "coffee", "rocket": "rocket", "astronaut": "astronaut"}
SIDE = 96


def variants(photo: Image.Image):
    """Yields (split, suffix, picture)."""
    middle = ImageOps.fit(photo, (SIDE, SIDE), Image.Resampling.BICUBIC)
    yield "train", "middle", middle
    yield "train", "corner", ImageOps.fit(photo, (SIDE, SIDE), Image.Resampling.BICUBIC, bleed=0.08, centering=(0.35, 0.3))
    yield "test", "mirror", ImageOps.mirror(middle)


def main() -> None:
    photos = pathlib.Path(sys.argv[1])
    target = pathlib.Path(__file__).parent.parent / "repos" / "tiny_photos"
    rows: dict[str, list[tuple[str, str]]] = {"train": [], "test": []}
    for name, label in LABELS.items():
        photo = Image.open(photos / f"{name}.png").convert("RGB")
        for split, suffix, picture in variants(photo):
            folder = target / split
            folder.mkdir(parents=True, exist_ok=True)
            picture.save(folder / f"{name}_{suffix}.jpg", quality=88)
            rows[split].append((f"{name}_{suffix}.jpg", label))
    for split, entries in rows.items():
        with open(target / split / "metadata.csv", "w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["file_name", "label"])
            writer.writerows(sorted(entries))


if __name__ == "__main__":
    main()
