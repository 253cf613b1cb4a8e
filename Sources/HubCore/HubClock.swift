// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import NIOCore

/// The time, as a port: tests move it, nothing else reads the system's.
public protocol HubClock: Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    var now: Timestamp { get }
}

/// A moment in UTC, in milliseconds since the epoch: what the database stores.
public struct Timestamp: Hashable, Sendable, Comparable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }
    public init(seconds: Int64) { self.milliseconds = seconds &* 1000 }

    /// Whole seconds since the epoch, rounded down.
    public var seconds: Int64 { milliseconds.dividedFloor(by: 1000) }

    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    public func adding(seconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds &+ seconds &* 1000) }
}

extension Timestamp {
    /// `2026-11-23T21:24:23.000Z`, the only spelling clients accept: UTC with a literal `Z`.
    public var iso8601: String {
        let (days, rest) = milliseconds.dividedFloorWithRemainder(by: 86_400_000)
        let date = CivilDate(daysSinceEpoch: days)
        let (hour, afterHour) = rest.quotientAndRemainder(dividingBy: 3_600_000)
        let (minute, afterMinute) = afterHour.quotientAndRemainder(dividingBy: 60_000)
        let (second, millisecond) = afterMinute.quotientAndRemainder(dividingBy: 1000)
        return "\(date.year.padded(4))-\(date.month.padded(2))-\(date.day.padded(2))"
            + "T\(hour.padded(2)):\(minute.padded(2)):\(second.padded(2)).\(millisecond.padded(3))Z"
    }

    /// Reads what ``iso8601`` writes.
    public init?(iso8601 text: some StringProtocol) {
        let form = text.utf8.map { (0x30...0x39).contains($0) ? UInt8(ascii: "0") : $0 }
        guard form.elementsEqual("0000-00-00T00:00:00.000Z".utf8) else { return nil }
        let numbers = text.split { !$0.isNumber }.compactMap { Int64($0) }
        guard numbers.count == 7, (1...12).contains(numbers[1]), (1...31).contains(numbers[2]) else { return nil }
        let days = CivilDate.daysSinceEpoch(year: numbers[0], month: numbers[1], day: numbers[2])
        let seconds = ((days * 24 + numbers[3]) * 60 + numbers[4]) * 60 + numbers[5]
        self.init(milliseconds: seconds * 1000 + numbers[6])
    }

    /// Appends ``iso8601`` without a string in between.
    public func writeISO8601(into buffer: inout ByteBuffer) {
        let (days, rest) = milliseconds.dividedFloorWithRemainder(by: 86_400_000)
        let date = CivilDate(daysSinceEpoch: days)
        // Four digits of a year: what lies outside is written the slow way.
        guard (0...9999).contains(date.year) else {
            _ = buffer.writeString(iso8601)
            return
        }
        let parts: [(Int64, Int, StaticString)] = [
            (date.year, 1000, "-"), (date.month, 10, "-"), (date.day, 10, "T"), (rest / 3_600_000, 10, ":"),
            (rest / 60_000 % 60, 10, ":"), (rest / 1000 % 60, 10, "."), (rest % 1000, 100, "Z"),
        ]
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 24) { bytes in
            var place = 0
            for (value, highest, separator) in parts {
                var unit = Int64(highest)
                while unit > 0 {
                    bytes[place] = UInt8(truncatingIfNeeded: 48 + value / unit % 10)
                    unit /= 10
                    place += 1
                }
                bytes[place] = separator.utf8Start.pointee
                place += 1
            }
            return place
        }
    }

    /// `20261123`, the UTC day as a number that sorts.
    public var day: Int64 {
        let date = CivilDate(daysSinceEpoch: milliseconds.dividedFloor(by: 86_400_000))
        return date.year * 10_000 + date.month * 100 + date.day
    }

    /// `Mon, 23 Nov 2026 21:24:23 GMT`, for `Last-Modified` (RFC 9110, 5.6.7).
    public var httpDate: String {
        let (days, rest) = milliseconds.dividedFloorWithRemainder(by: 86_400_000)
        let date = CivilDate(daysSinceEpoch: days)
        let weekday = ((days % 7) + 7 + 4) % 7
        let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let seconds = rest / 1000
        return "\(names[Int(weekday)]), \(date.day.padded(2)) \(months[Int(date.month - 1)]) \(date.year.padded(4)) "
            + "\((seconds / 3600).padded(2)):\((seconds / 60 % 60).padded(2)):\((seconds % 60).padded(2)) GMT"
    }
}

/// The proleptic Gregorian calendar, by Howard Hinnant's `civil_from_days`.
private struct CivilDate {
    let year: Int64
    let month: Int64
    let day: Int64

    init(daysSinceEpoch: Int64) {
        let shifted = daysSinceEpoch + 719_468
        let era = shifted.dividedFloor(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = year.dividedFloor(by: 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Int64 {
    fileprivate func dividedFloor(by divisor: Int64) -> Int64 { dividedFloorWithRemainder(by: divisor).quotient }

    fileprivate func dividedFloorWithRemainder(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    fileprivate func padded(_ width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}
