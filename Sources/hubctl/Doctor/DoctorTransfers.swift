// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import HubCore
import NIOCore
import NIOHTTP1

/// A push and a pull of one file, request by request, in a scratch repo.
struct DoctorTransfers: Sendable {
    private static let path = "weights and more.bin"
    private static let branch = "doctor/slash"
    /// How long an upload pauses to see whether its head has reached the hub.
    private static let pause = Duration.seconds(3)

    let probe: DoctorProbe
    let repo: String
    let size: Int

    func run(_ report: inout DoctorReport) async throws {
        let content = Self.content(size)
        var hasher = ContentHasher.sha256
        hasher.update(content)
        let oid = hasher.finish().hex
        guard let upload = try await batch(oid, &report) else { return }
        try await buffering(upload, content, &report)
        guard try await send(upload, content, &report) else { return }
        guard try await commit(oid, &report) else { return }
        try await head(oid, &report)
        try await ranges(content, &report)
        try await download(oid, &report)
        try await slashes(&report)
        try await pages(&report)
    }

    /// Bytes that do not compress.
    private static func content(_ size: Int) -> ByteBuffer {
        var generator = SystemRandomNumberGenerator()
        var buffer = ByteBuffer()
        buffer.reserveCapacity(size)
        while buffer.readableBytes + 8 <= size { buffer.writeInteger(generator.next() as UInt64) }
        while buffer.readableBytes < size { buffer.writeInteger(UInt8(0)) }
        return buffer
    }

    private var resolve: String { "/\(repo)/resolve/main/\(URLText.path(Self.path))" }

    /// The address to upload to.
    private func batch(_ oid: String, _ report: inout DoctorReport) async throws -> String? {
        let answer = try await probe.ask(
            .POST,
            "/\(repo).git/info/lfs/objects/batch",
            json: [
                "operation": "upload", "transfers": ["basic"], "hash_algo": "sha256",
                "objects": [["oid": .string(oid), "size": .int(Int64(size))]],
            ]
        )
        let object = answer.json?["objects"]?.arrayValue?.first
        guard let href = object?["actions"]?["upload"]?["href"]?.stringValue else {
            let why = object?["error"]?["message"]?.stringValue ?? answer.text
            report.add("upload address", .failed, "None was given: \(why)", advice: "pass POST …/info/lfs/… on to hubd")
            return nil
        }
        guard URLText.origin(href) == probe.origin else {
            report.add(
                "upload address",
                .failed,
                "Uploads are sent to \(URLText.origin(href) ?? href), clients know \(probe.endpoint)",
                advice: "set public-url = \(probe.endpoint)"
            )
            return nil
        }
        report.add("upload address", .ok, "Uploads go through the same address")
        return href
    }

    /// A wrong length is refused by the hub at sight of the head; a proxy that waits for the body is found out.
    private func buffering(_ href: String, _ content: ByteBuffer, _ report: inout DoctorReport) async throws {
        let wrong = content.getSlice(at: content.readerIndex, length: 4096) ?? content
        let parts = AsyncStream<ByteBuffer> { continuation in
            continuation.yield(wrong)
            let task = Task {
                try? await Task.sleep(for: Self.pause)
                continuation.yield(wrong)
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
        let body = HTTPClientRequest.Body.stream(parts, length: .known(Int64(2 * wrong.readableBytes)))
        do {
            let answer = try await probe.ask(.PUT, href, body: body, withToken: false)
            if answer.headSeconds < 2 {
                report.add("streaming", .ok, "Uploads reach the hub as they are sent")
                return
            }
        } catch is NetworkFailure {
            // The refusal came, and the connection was closed on what was still to be sent.
            report.add("streaming", .ok, "Uploads reach the hub as they are sent")
            return
        }
        report.add(
            "streaming",
            .warning,
            "Uploads reach the hub only when the proxy has all of them",
            advice: "switch request buffering off (nginx: proxy_request_buffering off)"
        )
    }

    private func send(_ href: String, _ content: ByteBuffer, _ report: inout DoctorReport) async throws -> Bool {
        let answer: DoctorProbe.Answer
        do {
            answer = try await probe.ask(.PUT, href, body: .bytes(content), withToken: false)
        } catch let failure as NetworkFailure {
            report.add(
                "upload",
                .failed,
                "The connection broke off while \(Units.size(Int64(size))) were sent: \(failure.detail)",
                advice: "lift the body limit and the timeouts (nginx: client_max_body_size 0, proxy_send_timeout 1h)"
            )
            return false
        }
        if answer.status == 200 {
            report.add("upload", .ok, "\(Units.size(Int64(size))) arrive, \(Units.rate(Double(size) / answer.seconds))")
            return true
        }
        if answer.status == 413, !answer.isFromHub {
            report.add(
                "upload",
                .failed,
                "A body of \(Units.size(Int64(size))) is too large for the proxy (413)",
                advice: "lift its limit (nginx: client_max_body_size 0)"
            )
        } else {
            report.add("upload", .failed, "It was answered \(answer.text)", advice: "pass PUT /lfs/… on to hubd")
        }
        return false
    }

    private func commit(_ oid: String, _ report: inout DoctorReport) async throws -> Bool {
        let lines: [JSONValue] = [
            ["key": "header", "value": ["summary": "hubctl doctor"]],
            [
                "key": "lfsFile",
                "value": [
                    "path": .string(Self.path), "algo": "sha256", "oid": .string(oid), "size": .int(Int64(size)),
                ],
            ],
            ["key": "file", "value": ["path": "a/b.txt", "encoding": "base64", "content": "YQ=="]],
        ]
        let body = lines.map { $0.serialized + "\n" }.joined()
        let answer = try await probe.ask(
            .POST,
            "/api/models/\(repo)/commit/main",
            headers: [("content-type", "application/x-ndjson")],
            body: .bytes(ByteBuffer(string: body))
        )
        let isDone = answer.status == 200
        report.add(
            "commit",
            ok: "A commit goes through",
            unless: isDone ? nil : ("It was answered \(answer.text)", "pass POST bodies of every content type on")
        )
        return isDone
    }

    /// What `huggingface_hub` needs before it downloads.
    private func head(_ oid: String, _ report: inout DoctorReport) async throws {
        let answer = try await probe.ask(.HEAD, resolve, headers: [("accept-encoding", "identity")])
        let needed = ["x-repo-commit", "etag", "x-linked-size", "x-linked-etag", "content-length", "accept-ranges"]
        let lost = needed.filter { answer.header($0) == nil }
        let problem: (String, String)? =
            if answer.status != 200 {
                ("HEAD of a file was answered \(answer.text)", "pass HEAD on to hubd as HEAD")
            } else if lost.contains("content-length") {
                ("HEAD has lost Content-Length", "do not turn answers into chunks, and do not compress them")
            } else if let first = lost.first {
                ("HEAD has lost \(lost.count == 1 ? first : lost.joined(separator: ", "))", DoctorChecks.headersAdvice)
            } else if answer.header("etag")?.hasPrefix("W/") == true {
                (
                    "The ETag came back weak (W/): the proxy compresses or rewrites",
                    "do not compress what hubd sends (gzip off)"
                )
            } else if answer.header("etag")?.contains(oid) != true {
                ("The ETag is not the hub's", "do not replace ETags")
            } else if answer.header("content-length") != String(size) {
                ("Content-Length is \(answer.header("content-length") ?? "–"), not \(size)", "do not rewrite bodies")
            } else {
                nil
            }
        report.add("file headers", ok: "Size, ETag and commit come through", unless: problem)
    }

    private func ranges(_ content: ByteBuffer, _ report: inout DoctorReport) async throws {
        let answer = try await probe.ask(.GET, resolve, headers: [("range", "bytes=1000-1999")])
        let wanted = content.getSlice(at: content.readerIndex + 1000, length: 1000)
        let problem: (String, String)? =
            if answer.status == 200 {
                (
                    "A range was answered with the whole file",
                    "pass the Range header on (nginx: no proxy_set_header Range)"
                )
            } else if answer.status != 206 || answer.body != wanted {
                ("A range was answered \(answer.text), or with other bytes", "pass Range on, and do not cache ranges")
            } else if answer.header("content-range") == nil {
                ("A range has lost Content-Range", DoctorChecks.headersAdvice)
            } else {
                nil
            }
        report.add("ranges", ok: "Downloads can be resumed", unless: problem)
    }

    private func download(_ oid: String, _ report: inout DoctorReport) async throws {
        var hasher = ContentHasher.sha256
        var count = 0
        let answer = try await probe.ask(
            .GET,
            resolve,
            headers: [("accept-encoding", "gzip, deflate")],
            keepsBody: false
        ) { chunk in
            hasher.update(chunk)
            count += chunk.readableBytes
        }
        let digest = hasher.finish().hex
        let problem: (String, String)? =
            if let encoding = answer.header("content-encoding") {
                ("A file came compressed (\(encoding))", "do not compress what hubd sends (gzip off)")
            } else if answer.status != 200 || count != size || digest != oid {
                ("\(count) bytes of \(size) came, answered \(answer.status)", "lift the proxy's limits for answers")
            } else if answer.header("content-length") == nil {
                ("The answer has lost Content-Length: clients show no progress", "do not turn answers into chunks")
            } else {
                nil
            }
        report.add(
            "download",
            ok: "\(Units.size(Int64(size))) come back whole, \(Units.rate(Double(size) / answer.seconds))",
            unless: problem
        )
    }

    /// A branch's name may have slashes, which clients encode.
    private func slashes(_ report: inout DoctorReport) async throws {
        let name = URLText.segment(Self.branch)
        let made = try await probe.ask(.POST, "/api/models/\(repo)/branch/\(name)", json: [:])
        let listed = try await probe.ask(.GET, "/api/models/\(repo)/tree/\(name)")
        report.add(
            "encoded slashes",
            ok: "%2F comes through as it is",
            unless: [200, 201].contains(made.status) && listed.status == 200
                ? nil
                : (
                    "%2F in a branch's name was decoded on the way (\(listed.text))",
                    "pass the path on as it came (nginx: proxy_pass without a path; Apache: AllowEncodedSlashes NoDecode)"
                )
        )
    }

    private func pages(_ report: inout DoctorReport) async throws {
        let answer = try await probe.ask(.GET, "/api/models/\(repo)/tree/main?recursive=true&limit=1")
        let next = answer.headers["link"].lazy.compactMap(HubAnswer.nextPage).first
        let problem: (String, String)? =
            if let next, URLText.origin(next) == probe.origin {
                nil
            } else if let next {
                ("Lists go on at \(next)", "set public-url = \(probe.endpoint)")
            } else {
                ("Lists have lost the Link header: clients see the first page only", DoctorChecks.headersAdvice)
            }
        report.add("pages", ok: "Long lists can be followed", unless: problem)
    }
}
