// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CImage

/// Writes labels: on plates of their own colour, so that they can be read on any picture.
struct Lettering {
    /// The size of a letter, in pixels of the font.
    private static let letter = (width: Int(HUB_FONT_WIDTH), height: Int(HUB_FONT_HEIGHT))

    /// Pixels of the picture to one of the font.
    private let scale: Int
    private let width: Int
    private let height: Int
    private var taken: [Canvas.Area] = []

    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        scale = max(1, min(width, height) / 480)
    }

    /// "cat 0.92", or what is known of it.
    static func text(_ label: String?, _ score: Double?) -> (name: String, score: String) {
        // Not by a format string, which asks for the locale.
        let hundredths = score.flatMap { Int(exactly: ($0 * 100).rounded()) }.map { max(0, min(100, $0)) }
        let digits = hundredths.map { "\($0 / 100).\($0 % 100 / 10)\($0 % 10)" }
        return (label ?? "", digits ?? "")
    }

    /// A plate whose lower left corner is at (`x`, `y`), or, centred, its middle; moved until all of it is in the picture
    /// and, if that goes, on no other plate. Pictures that are too small stay without.
    mutating func write(
        _ text: (name: String, score: String),
        atX x: Int,
        y: Int,
        isCentred: Bool,
        _ colour: Canvas.Colour,
        on canvas: inout Canvas
    ) {
        let columns = (width / scale - 2) / Self.letter.width
        let letters = Self.fitted(text, columns: columns)
        let plateWidth = (letters.count * Self.letter.width + 2) * scale
        let plateHeight = (Self.letter.height + 2) * scale
        guard !letters.isEmpty, plateWidth <= width, plateHeight <= height else { return }
        let left = max(0, min(width - plateWidth, isCentred ? x - plateWidth / 2 : x))
        let top = max(0, min(height - plateHeight, isCentred ? y - plateHeight / 2 : y - plateHeight))
        func area(_ top: Int) -> Canvas.Area {
            Canvas.Area(columns: left..<(left + plateWidth), rows: top..<(top + plateHeight))
        }
        // Below, then above; where all is full it covers others.
        let places =
            [top] + stride(from: top, through: height - plateHeight, by: plateHeight).dropFirst()
            + stride(from: top - plateHeight, through: 0, by: -plateHeight)
        let place = area(places.first { place in !taken.contains { $0.overlaps(area(place)) } } ?? top)
        taken.append(place)
        canvas.fill(place, colour)
        let isLight = 299 * Int(colour.red) + 587 * Int(colour.green) + 114 * Int(colour.blue) > 128_000
        let ink: Canvas.Colour = isLight ? (0, 0, 0) : (255, 255, 255)
        for (index, letter) in letters.enumerated() {
            let x = place.columns.lowerBound + (1 + index * Self.letter.width) * scale
            draw(letter, x, place.rows.lowerBound + scale, ink, on: &canvas)
        }
    }

    /// As many letters as there is room for; the score stays whole as long as that goes.
    private static func fitted(_ text: (name: String, score: String), columns: Int) -> [Unicode.Scalar] {
        let name = Array(text.name.unicodeScalars)
        let score = Array(text.score.unicodeScalars)
        let tail = name.isEmpty || score.isEmpty ? score : [" "] + score
        if name.count + tail.count <= columns { return name + tail }
        let room = columns - tail.count
        if room >= 2 { return name.prefix(room - 1) + ["…"] + tail }
        return score.count <= columns ? score : []
    }

    private func draw(_ letter: Unicode.Scalar, _ x: Int, _ y: Int, _ ink: Canvas.Colour, on canvas: inout Canvas) {
        guard let rows = hub_font_rows(letter.value) ?? hub_font_rows(0xFFFD) ?? hub_font_rows(0x3F) else { return }
        for row in 0..<Self.letter.height {
            for column in 0..<Self.letter.width
            where rows[row] >> (Self.letter.width - 1 - column) & 1 == 1 {
                let (left, top) = (x + column * scale, y + row * scale)
                canvas.fill(Canvas.Area(columns: left..<(left + scale), rows: top..<(top + scale)), ink)
            }
        }
    }
}
