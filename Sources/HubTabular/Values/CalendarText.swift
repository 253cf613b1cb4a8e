// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Dates and times as Python's `isoformat` writes them.
enum CalendarText {
    static func date(days: Int64) -> String {
        // Beyond the years that the calendar of anyone goes to there is only the number.
        guard days.magnitude < 4_000_000_00 else { return "\(days)" }
        let (year, month, day) = civil(days)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    static func time(_ ticks: Int64, perSecond: Int64) -> String {
        let seconds = ticks.floored(by: perSecond)
        let text =
            "\(padded(seconds.quotient / 3600, 2)):\(padded(seconds.quotient / 60 % 60, 2))"
            + ":\(padded(seconds.quotient % 60, 2))"
        return text + fraction(seconds.remainder, perSecond)
    }

    static func instant(_ ticks: Int64, perSecond: Int64) -> String {
        let seconds = ticks.floored(by: perSecond)
        let days = seconds.quotient.floored(by: 86_400)
        return date(days: days.quotient) + "T" + time(days.remainder, perSecond: 1)
            + fraction(seconds.remainder, perSecond)
    }

    /// Six digits, nine where they are needed, none for nothing.
    private static func fraction(_ ticks: Int64, _ perSecond: Int64) -> String {
        guard ticks != 0 else { return "" }
        let nanoseconds = ticks * (1_000_000_000 / perSecond)
        return nanoseconds % 1000 == 0 ? "." + padded(nanoseconds / 1000, 6) : "." + padded(nanoseconds, 9)
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value.magnitude)
        return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The Gregorian date of a day counted from 1970 (Howard Hinnant's `civil_from_days`).
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted.floored(by: 146_097)
        let ofEra = era.remainder
        let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let part = (5 * ofYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        return (year + era.quotient * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * part + 2) / 5 + 1)
    }
}

extension Int64 {
    /// Division that rounds down, so that what is left is never negative.
    fileprivate func floored(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
