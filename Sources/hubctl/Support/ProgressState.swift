// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// How far a transfer is, and how that reads; no clock and no screen.
struct ProgressState: Sendable {
    struct Active: Sendable {
        let id: Int
        let name: String
        /// Bytes.
        let total: Int64
        var done: Int64 = 0
    }

    /// Seconds the shown rate looks back on.
    static let window = 8.0
    /// Files that get a bar of their own.
    static let shown = 6

    let verb: String
    private(set) var active: [Active] = []
    private(set) var filesDone = 0
    private(set) var filesTotal = 0
    /// Bytes that are where they should be, whenever they came there.
    private(set) var bytesDone: Int64 = 0
    private(set) var bytesTotal: Int64 = 0
    /// Bytes that have travelled in this run.
    private(set) var bytesMoved: Int64 = 0
    private var nextID = 0
    private var samples: [(time: Double, moved: Int64)] = [(0, 0)]

    init(verb: String) { self.verb = verb }

    mutating func expect(files: Int, bytes: Int64) {
        filesTotal += files
        bytesTotal += bytes
    }

    mutating func begin(_ name: String, bytes: Int64) -> Int {
        nextID += 1
        active.append(Active(id: nextID, name: name, total: bytes))
        return nextID
    }

    mutating func advance(_ id: Int, by bytes: Int64, now: Double) {
        credit(id, bytes: bytes)
        bytesMoved += bytes
        if let last = samples.last, now - last.time < 0.1 { samples.removeLast() }
        samples.append((now, bytesMoved))
        while samples.count > 2, let first = samples.first, now - first.time > Self.window { samples.removeFirst() }
    }

    mutating func credit(_ id: Int, bytes: Int64) {
        bytesDone += bytes
        guard let index = active.firstIndex(where: { $0.id == id }) else { return }
        active[index].done += bytes
    }

    mutating func finish(_ id: Int) {
        active.removeAll { $0.id == id }
        filesDone += 1
    }

    /// Bytes a second over the last few seconds.
    func rate(now: Double) -> Double {
        guard let first = samples.first, let last = samples.last else { return 0 }
        let seconds = max(now, last.time) - first.time
        return seconds > 0 ? max(0, Double(last.moved - first.moved) / seconds) : 0
    }

    /// Seconds left at the present rate; `nil` while there is none.
    func remaining(now: Double) -> Double? {
        let rate = rate(now: now)
        return rate > 0 ? Double(max(0, bytesTotal - bytesDone)) / rate : nil
    }

    /// `pushing 3/12 files  1.20 GB of 4.00 GB  56.0 MB/s  50s left`
    func total(now: Double) -> String {
        let files = "\(verb) \(filesDone)/\(Units.count(filesTotal, "file"))"
        let bytes = "\(Units.size(bytesDone)) of \(Units.size(bytesTotal))"
        return "\(files)  \(bytes)  \(Units.rate(rate(now: now)))  \(Units.duration(remaining(now: now))) left"
    }

    /// A bar for each file under way, and the total below; no line longer than `width` columns.
    func lines(width: Int, now: Double) -> [String] {
        let bars = active.prefix(Self.shown).map { file in
            let size = "\(Units.size(file.done))/\(Units.size(file.total))"
            let part = file.total > 0 ? min(1, max(0, Double(file.done) / Double(file.total))) : 1
            let barWidth = 20
            let full = Int(part * Double(barWidth))
            let bar = String(repeating: "━", count: full) + String(repeating: "─", count: barWidth - full)
            let room = max(8, width - barWidth - size.count - 8)
            let name = Self.shorten(Table.printable(file.name), to: room)
            return Self.cut("  \(name) \(bar) \(size)", to: width)
        }
        let more = active.count > Self.shown ? ["  … and \(active.count - Self.shown) more"] : []
        return bars + more + [Self.cut(total(now: now), to: width)]
    }

    /// Padded, or with its middle left out, so that both folder and extension stay visible.
    static func shorten(_ text: String, to width: Int) -> String {
        guard text.count > width else { return text + String(repeating: " ", count: width - text.count) }
        let head = (width - 1) / 2
        return text.prefix(head) + "…" + text.suffix(width - 1 - head)
    }

    private static func cut(_ text: String, to width: Int) -> String {
        text.count > width ? String(text.prefix(max(0, width))) : text
    }
}
