// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// An address of some of a stored xorb's bytes, which opens by itself for a while.
public struct XorbAddress: Sendable {
    /// Its number in the database.
    let xorb: Int64
    /// Of packed bytes; a request must ask for these, each whole.
    public let ranges: [Range<Int>]
    /// Seconds since the epoch.
    let expires: Int64

    private var rangeText: String { ranges.map { "\($0.lowerBound)-\($0.upperBound - 1)" }.joined(separator: ",") }
    private var fields: [String] { ["xorb-bytes", String(xorb), rangeText, String(expires)] }

    func url(baseURL: String, signer: URLSigner) -> String {
        "\(baseURL)/cas/xorb/\(xorb)?r=\(rangeText)&expires=\(expires)&signature=\(signer.sign(fields))"
    }

    init(xorb: Int64, ranges: [Range<Int>], expires: Int64) {
        self.xorb = xorb
        self.ranges = ranges
        self.expires = expires
    }

    /// - Throws: ``HubError/Code/forbidden`` if the signature is wrong or the time is over: clients then ask anew.
    init(xorb: String, ranges text: String?, expires: String?, signature: String?, signer: URLSigner, now: Timestamp)
        throws
    {
        let parts = (text ?? "").split(separator: ",", omittingEmptySubsequences: false).map(Self.range)
        guard let id = Int64(xorb), let expires = expires.flatMap({ Int64($0) }), let signature, !parts.isEmpty,
            parts.count <= XetLimits.rangesPerAddress, !parts.contains(nil)
        else { throw HubError(.forbidden, "This is no address of a xorb of this hub") }
        self.init(xorb: id, ranges: parts.compactMap { $0 }, expires: expires)
        guard signer.isValid(signature, for: fields) else {
            throw HubError(.forbidden, "This address is not one of ours: its signature does not match")
        }
        guard now.seconds < expires else { throw HubError(.forbidden, "This address has expired: ask for a new one") }
    }

    /// `a-b`, both ends included.
    public static func range(_ text: some StringProtocol) -> Range<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Int(ends[0]), let last = Int(ends[1]), first >= 0, first <= last, last < .max
        else { return nil }
        return first..<last + 1
    }
}

extension XetService {
    /// The xorb behind an address of ours.
    /// - Throws: ``HubError/Code/forbidden``; ``HubError/Code/notFound`` if it was collected meanwhile.
    public func open(_ xorb: String, query: [String: String]) async throws -> (
        address: XorbAddress, reader: any BlobReader
    ) {
        let address = try XorbAddress(
            xorb: xorb,
            ranges: query["r"],
            expires: query["expires"],
            signature: query["signature"],
            signer: hub.signer,
            now: hub.clock.now
        )
        let id = address.xorb
        guard let record = try await hub.store.read({ try $0.xorb(id) }) else {
            throw HubError(.notFound, "This xorb is not here any more")
        }
        if try await hub.store.read({ try $0.isDamaged(record.body) }) {
            throw HubError.damaged(record.hash.description)
        }
        return (address, PackedXorbReader(xorb: try await hub.xorbs.open(id)))
    }
}
