// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What one check has found.
struct DoctorFinding: Sendable {
    enum Outcome: String, Sendable {
        case ok, warning, failed, skipped

        var sign: String {
            switch self {
            case .ok: "✓"
            case .warning: "!"
            case .failed: "✗"
            case .skipped: "–"
            }
        }
    }

    let check: String
    let outcome: Outcome
    let seen: String
    /// What to change.
    var advice: String?

    var line: String {
        let name = check.padding(to: 18)
        return Table.printable("\(outcome.sign) \(name) \(seen)") + (advice.map { "\n    → \($0)" } ?? "")
    }

    var json: JSONValue {
        [
            "check": .string(check), "outcome": .string(outcome.rawValue), "seen": .string(seen),
            "advice": advice.map(JSONValue.string) ?? .null,
        ]
    }
}

/// The findings in the order of the checks.
struct DoctorReport: Sendable {
    let endpoint: String
    /// Told of each finding at once.
    let tell: @Sendable (DoctorFinding) -> Void
    private(set) var findings: [DoctorFinding] = []

    init(endpoint: String, tell: @escaping @Sendable (DoctorFinding) -> Void) {
        self.endpoint = endpoint
        self.tell = tell
    }

    var failures: Int { findings.count { $0.outcome == .failed } }

    mutating func add(_ check: String, _ outcome: DoctorFinding.Outcome, _ seen: String, advice: String? = nil) {
        let finding = DoctorFinding(check: check, outcome: outcome, seen: seen, advice: advice)
        findings.append(finding)
        tell(finding)
    }

    /// The check is `ok` with what it has seen, or failed with the first problem that is given.
    mutating func add(_ check: String, ok seen: String, unless problem: (seen: String, advice: String)?) {
        if let problem {
            add(check, .failed, problem.seen, advice: problem.advice)
        } else {
            add(check, .ok, seen)
        }
    }

    var json: JSONValue {
        [
            "endpoint": .string(endpoint), "ok": .bool(failures == 0),
            "checks": .array(findings.map(\.json)),
        ]
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
