// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Synchronization

/// Counters, gauges and histograms, written out in Prometheus' text format.
///
/// Instruments are made once and kept; asking again for the same name and labels gives the same instrument.
public final class Metrics: Sendable {
    public typealias Labels = [(name: String, value: String)]

    /// Only goes up.
    public final class Counter: Sendable {
        private let value = Atomic<Int64>(0)
        public func add(_ count: Int64 = 1) { value.wrappingAdd(count, ordering: .relaxed) }
        public var current: Int64 { value.load(ordering: .relaxed) }
    }

    /// Goes up and down.
    public final class Gauge: Sendable {
        private let value = Atomic<Int64>(0)
        public func add(_ count: Int64) { value.wrappingAdd(count, ordering: .relaxed) }
        public func set(_ count: Int64) { value.store(count, ordering: .relaxed) }
        public var current: Int64 { value.load(ordering: .relaxed) }
    }

    /// Counts observations per bucket; buckets are upper bounds in the unit the name says.
    public final class Histogram: Sendable {
        private struct State {
            var counts: [Int64]
            var sum: Double = 0
        }

        fileprivate let bounds: [Double]
        private let state: Mutex<State>

        fileprivate init(bounds: [Double]) {
            self.bounds = bounds
            state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
        }

        public func observe(_ value: Double) {
            let index = bounds.firstIndex { value <= $0 } ?? bounds.count
            state.withLock {
                $0.counts[index] += 1
                $0.sum += value
            }
        }

        fileprivate func snapshot() -> (counts: [Int64], sum: Double) { state.withLock { ($0.counts, $0.sum) } }
    }

    private enum Instrument {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)
        case reading(@Sendable () -> Double)
    }

    private struct Family {
        let kind: String
        let help: String
        var series: [String: Instrument] = [:]
    }

    private let families = Mutex<[String: Family]>([:])

    public init() {}

    public func counter(_ name: String, help: String, labels: Labels = []) -> Counter {
        find(
            name,
            "counter",
            help,
            labels,
            make: { .counter(Counter()) },
            cast: { if case .counter(let counter) = $0 { counter } else { nil } }
        ) ?? Counter()
    }

    public func gauge(_ name: String, help: String, labels: Labels = []) -> Gauge {
        find(
            name,
            "gauge",
            help,
            labels,
            make: { .gauge(Gauge()) },
            cast: { if case .gauge(let gauge) = $0 { gauge } else { nil } }
        ) ?? Gauge()
    }

    /// - Parameter buckets: upper bounds, rising.
    public func histogram(_ name: String, help: String, labels: Labels = [], buckets: [Double]) -> Histogram {
        find(
            name,
            "histogram",
            help,
            labels,
            make: { .histogram(Histogram(bounds: buckets)) },
            cast: { if case .histogram(let histogram) = $0 { histogram } else { nil } }
        ) ?? Histogram(bounds: buckets)
    }

    /// A gauge that is read when metrics are asked for.
    public func reading(_ name: String, help: String, _ read: @escaping @Sendable () -> Double) {
        families.withLock { $0[name] = Family(kind: "gauge", help: help, series: ["": .reading(read)]) }
    }

    /// A counter that is read when metrics are asked for.
    public func readingTotal(_ name: String, help: String, _ read: @escaping @Sendable () -> Double) {
        families.withLock { $0[name] = Family(kind: "counter", help: help, series: ["": .reading(read)]) }
    }

    /// Everything, sorted by name, for a scraper.
    public func exposition() -> String {
        let families = families.withLock { $0 }
        var out = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            out += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.kind)\n"
            for (labels, instrument) in family.series.sorted(by: { $0.key < $1.key }) {
                Self.write(name, labels, instrument, into: &out)
            }
        }
        return out
    }

    private func find<Kind>(
        _ name: String,
        _ kind: String,
        _ help: String,
        _ labels: Labels,
        make: () -> Instrument,
        cast: (Instrument) -> Kind?
    ) -> Kind? {
        let key = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        let instrument = families.withLock { families -> Instrument in
            var family = families[name] ?? Family(kind: kind, help: help)
            let instrument = family.series[key] ?? make()
            family.series[key] = instrument
            families[name] = family
            return instrument
        }
        // A name used for two kinds is a bug of ours that must not stop the server: the second writes into the void.
        assert(cast(instrument) != nil, "\(name) is two kinds of metric")
        return cast(instrument)
    }

    private static func write(_ name: String, _ labels: String, _ instrument: Instrument, into out: inout String) {
        let braces = labels.isEmpty ? "" : "{\(labels)}"
        switch instrument {
        case .counter(let counter): out += "\(name)\(braces) \(counter.current)\n"
        case .gauge(let gauge): out += "\(name)\(braces) \(gauge.current)\n"
        case .reading(let read): out += "\(name)\(braces) \(read())\n"
        case .histogram(let histogram):
            let (counts, sum) = histogram.snapshot()
            let prefix = labels.isEmpty ? "" : labels + ","
            var total: Int64 = 0
            for (bound, count) in zip(histogram.bounds.map { "\($0)" } + ["+Inf"], counts) {
                total += count
                out += "\(name)_bucket{\(prefix)le=\"\(bound)\"} \(total)\n"
            }
            out += "\(name)_sum\(braces) \(sum)\n\(name)_count\(braces) \(total)\n"
        }
    }

    private static func escaped(_ value: String) -> String {
        var out = ""
        for character in value {
            switch character {
            case "\\": out += "\\\\"
            case "\"": out += "\\\""
            case "\n": out += "\\n"
            default: out.append(character)
            }
        }
        return out
    }
}
