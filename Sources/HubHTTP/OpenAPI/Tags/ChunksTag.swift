// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    private static let base = "/cas/{domain}/{epoch}"

    static let chunks = APITag(
        name: "Chunk store (Xet)",
        summary: "Large files in chunks, as hf_xet sends and fetches them; docs/xet.md.",
        operations: [
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/xet-read-token/{revision}",
                "A token to fetch",
                .json(
                    .ref("ChunkToken"),
                    "The headers `X-Xet-Cas-Url`, `X-Xet-Access-Token` and `X-Xet-Token-Expiration` say the same."
                )
            ),
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/xet-write-token/{revision}",
                "A token to send",
                access: .token,
                parameters: [.createPR],
                .json(.ref("ChunkToken"))
            ),
            APIOperation(
                .get,
                base + "/v1/chunks/{prefix}/{hash}",
                also: [base + "/chunks/{prefix}/{hash}"],
                "Which chunks are stored around one",
                access: .chunkToken,
                .bytes("A shard; 404 if none is.")
            ),
            APIOperation(
                .post,
                base + "/v1/xorbs/{prefix}/{hash}",
                also: [base + "/xorbs/{prefix}/{hash}"],
                "Send a xorb",
                about: "Every chunk is unpacked and hashed; at most 64 MiB.",
                access: .chunkToken,
                body: .bytes("The xorb."),
                .json(.object(["was_inserted": .flag]))
            ),
            APIOperation(
                .post,
                base + "/v1/xorb-grants/{prefix}/{hash}",
                "Ask where to send a xorb",
                access: .chunkToken,
                body: .json(
                    .object([
                        "length": .count, "checksum": .object(["algo": .words("crc64nvme"), "value": .text.like("0")]),
                    ])
                ),
                .json(.object(["exists": .yes]), "It is stored."),
                .json(
                    .object(["id": .text, "method": .words("PUT"), "url": .address, "headers": .map(.text)]),
                    "Where to.",
                    status: 201
                )
            ),
            APIOperation(
                .put,
                "/cas/put/{ticket}",
                "Send it there",
                access: .signature,
                body: .bytes("The xorb."),
                .json(.ref("Done"))
            ),
            APIOperation(
                .post,
                base + "/v1/xorb-commits/{prefix}/{hash}/grant/{id}",
                "It is sent",
                access: .chunkToken,
                .json(.ref("Done"))
            ),
            APIOperation(
                .post,
                base + "/v1/shards",
                also: [base + "/shards"],
                "Say which chunks files are made of",
                access: .chunkToken,
                body: .bytes("A shard; at most 80 MiB."),
                .json(.object(["result": .integer(from: 0, to: 1)]))
            ),
            APIOperation(
                .post,
                base + "/v2/shards",
                "The same, with progress",
                access: .chunkToken,
                body: .bytes("A shard; at most 80 MiB."),
                .text("Lines of JSON; what is wrong is the last.", type: "application/x-ndjson")
            ),
            APIOperation(
                .get,
                base + "/v1/reconstructions/{hash}",
                also: [base + "/reconstructions/{hash}", base + "/v2/reconstructions/{hash}"],
                "How a file is made of chunks",
                access: .chunkToken,
                parameters: [.range],
                .json(.object(["offset_into_first_range": .count, "terms": .list(.object([:]))]))
            ),
            APIOperation(
                .get,
                "/cas/xorb/{id}",
                "Ranges of a xorb",
                about: "From an address of a reconstruction, with the ranges it was signed for.",
                access: .signature,
                parameters: [.header("Range", .text, "One range, or several.")],
                .bytes("The range, or `multipart/byteranges`.", status: 206, type: "*/*", "Content-Range")
            ),
            APIOperation(
                .post,
                "/v1/telemetry",
                "What clients tell of transfers",
                about: "It is not kept.",
                access: .chunkToken,
                body: .json(.any),
                .json(.object([:]))
            ),
        ]
    )
}
