// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubApp
import HubCore

struct AdminQuota: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quota",
        abstract: "Show and limit what users and organisations store.",
        discussion: """
            An account without a quota of its own has the hub's: the setting storage-quota of hubd. A quota that is \
            lower than what is stored deletes nothing; it stops further uploads.
            """,
        subcommands: [AdminQuotaList.self, AdminQuotaGet.self, AdminQuotaSet.self]
    )
}

struct AdminQuotaList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List every account with what it stores and may store.",
        discussion: """
            EXAMPLES:
              hubctl admin quota list --data-dir /srv/hub
            """
    )

    @OptionGroup var data: DataOptions

    func run() async throws {
        try await data.run { hub in
            var rows: [QuotaRow] = []
            try await hub.quotas.forEach { rows.append(QuotaRow(usage: $0)) }
            data.terminal.list(rows, asJSON: data.json)
        }
    }
}

private struct QuotaRow: ListDisplayable {
    static let columns = [
        Table.Column("NAME"), Table.Column("KIND"), Table.Column("STORED", isNumber: true),
        Table.Column("QUOTA", isNumber: true),
    ]

    let usage: QuotaService.Usage

    var cells: [String] { [usage.name, usage.kind.rawValue, Units.size(usage.used), usage.quota.size] }
    var json: JSONValue { usage.json }
}

struct AdminQuotaGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show what an account stores and may store.",
        discussion: """
            EXAMPLES:
              hubctl admin quota get alice --data-dir /srv/hub --json
            """
    )

    @Argument(help: "Name of the user or organisation.")
    var name: String

    @OptionGroup var data: DataOptions

    func run() async throws {
        try await data.run { hub in
            let usage = try await hub.quotas.usage(of: try AccountName(name))
            if data.json {
                data.terminal.data(usage.json.serialized)
            } else {
                data.terminal.data("\(usage.name) stores \(Units.size(usage.used)); quota: \(usage.quota.size)")
            }
        }
    }
}

struct AdminQuotaSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Limit what an account stores.",
        discussion: """
            EXAMPLES:
              hubctl admin quota set alice 500GB --data-dir /srv/hub
              hubctl admin quota set acme none --data-dir /srv/hub
              hubctl admin quota set acme default --data-dir /srv/hub
            """
    )

    @Argument(help: "Name of the user or organisation.")
    var name: String

    @Argument(
        help: ArgumentHelp(
            "Bytes, or with a unit (500MB, 2TiB); 'none' for no limit, 'default' for the hub's.",
            valueName: "size"
        )
    )
    var quota: QuotaArgument

    @OptionGroup var data: DataOptions

    func run() async throws {
        try await data.run { hub in
            let name = try AccountName(name)
            try await hub.quotas.set(quota.quota, of: name)
            let usage = try await hub.quotas.usage(of: name)
            if data.json {
                data.terminal.data(usage.json.serialized)
            } else {
                data.terminal.say("\(usage.name) stores \(Units.size(usage.used)); quota: \(usage.quota.size)")
            }
        }
    }
}

/// A size, `none` or `default`.
struct QuotaArgument: ExpressibleByArgument {
    private static let units: [String: Int64] = [
        "": 1, "b": 1, "kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000, "tb": 1_000_000_000_000,
        "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
    ]

    let quota: StorageQuota

    init?(argument: String) {
        switch argument.lowercased() {
        case "none": quota = .unlimited
        case "default": quota = .standard
        case let text:
            let digits = text.prefix { $0.isASCII && $0.isNumber }
            guard let number = Int64(digits), let unit = Self.units[String(text.dropFirst(digits.count))] else {
                return nil
            }
            let (bytes, overflowed) = number.multipliedReportingOverflow(by: unit)
            guard !overflowed else { return nil }
            quota = .bytes(bytes)
        }
    }
}

extension StorageQuota {
    fileprivate var size: String {
        switch self {
        case .standard: "default"
        case .unlimited: "none"
        case .bytes(let bytes): Units.size(bytes)
        }
    }

    fileprivate var json: JSONValue {
        switch self {
        case .standard: "default"
        case .unlimited: .null
        case .bytes(let bytes): .int(bytes)
        }
    }
}

extension QuotaService.Usage {
    /// `quota` is bytes, `null` for none or `"default"`.
    fileprivate var json: JSONValue {
        ["name": .string(name), "kind": .string(kind.rawValue), "used": .int(used), "quota": quota.json]
    }
}
