// swift-tools-version:6.2
import PackageDescription

// Settings of every target of ours; docs/adr/0001 says why each is on.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let http1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")

let package = Package(
    name: "vitrine",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "hubd", targets: ["hubd"]),
        .executable(name: "hubctl", targets: ["hubctl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        // Values, errors and ports. Everything else points here.
        .target(name: "HubCore", dependencies: [nioCore], swiftSettings: settings),
        // The schema, compiled in: code and schema are one version.
        .target(
            name: "HubMigrations",
            path: "Migrations",
            resources: [
                .embedInCode("0001_init.sql"), .embedInCode("0002_audit_quota.sql"),
                .embedInCode("0003_repo_moves.sql"), .embedInCode("0004_people_access.sql"),
                .embedInCode("0005_scan.sql"),
                .embedInCode("0006_sign_on.sql"), .embedInCode("0007_xet.sql"), .embedInCode("0008_git.sql"),
                .embedInCode("0009_collaboration.sql"), .embedInCode("0010_web_accounts.sql"),
            ],
            swiftSettings: settings
        ),
        // Metadata in SQLite.
        .target(
            name: "HubStore",
            dependencies: [
                "HubCore", "HubMigrations", grdb,
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings
        ),
        // Content-addressed bytes.
        .target(
            name: "HubBlobs",
            dependencies: ["HubCore", "CPosix", nioCore, nioPosix, crypto],
            swiftSettings: settings
        ),
        // System calls that Swift's C library module does not show.
        .target(name: "CPosix"),
        // The system's zlib, one call at a time.
        .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
        // The system's Argon2, one hash at a time.
        .target(name: "CArgon2", linkerSettings: [.linkedLibrary("argon2")]),
        // The inner loops of the Xet formats; a debug build of them would hash at a hundredth of the speed.
        .target(
            name: "CXet",
            cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))],
            linkerSettings: [.linkedLibrary("lz4")]
        ),
        // Wire formats: bytes in, bytes out, no I/O.
        .target(
            name: "HubTransfer",
            dependencies: ["HubCore", "CZlib", "CXet", nioCore, crypto],
            swiftSettings: settings
        ),
        // Pictures through the system's libraries, each call whole in C.
        .target(
            name: "CImage",
            linkerSettings: ["jpeg", "png", "webp", "webpdemux", "gif", "tiff"].map { .linkedLibrary($0) }
        ),
        // Pictures and checkpoints to tensors, networks and answers: plain values, no engine.
        .target(name: "HubVision", dependencies: ["HubCore", "CImage"], swiftSettings: settings),
        // ONNX Runtime's functions, found in its library at run time.
        .target(name: "COnnxRuntime"),
        // The inference engine.
        .target(name: "HubRuntime", dependencies: ["HubCore", "HubVision", "COnnxRuntime"], swiftSettings: settings),
        // GitHub's Markdown by libcmark-gfm. Linked whole: the name of the shared library changes with each of its versions.
        .target(
            name: "CMarkdown",
            linkerSettings: [.linkedLibrary(":libcmark-gfm-extensions.a"), .linkedLibrary(":libcmark-gfm.a")]
        ),
        // What people write, as safe HTML.
        .target(name: "HubMarkdown", dependencies: ["CMarkdown"], swiftSettings: settings),
        // The codecs of Parquet pages, each a whole block.
        .target(name: "CTabular", linkerSettings: ["snappy", "zstd", "lz4"].map { .linkedLibrary($0) }),
        // Tables: Parquet, CSV and JSON as plain values, read by ranges.
        .target(name: "HubTabular", dependencies: ["HubCore", "CTabular", "CZlib"], swiftSettings: settings),
        // Use cases: the only place that combines stores and formats.
        .target(
            name: "HubApp",
            dependencies: [
                "HubCore", "HubStore", "HubBlobs", "HubTransfer", "HubVision", "HubMarkdown", "HubTabular", "CArgon2",
                nioCore,
                nioPosix, crypto, logging, lifecycle,
                .product(name: "Yams", package: "Yams"), .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: settings
        ),
        // The HTTP edge.
        .target(
            name: "HubHTTP",
            dependencies: [
                "HubCore", "HubApp", "HubMarkdown", "HubTabular", "CZlib", nioCore, nioPosix, crypto, logging,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdHTTP2", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                http1,
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP2", package: "swift-nio-extras"),
                lifecycle,
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "hubd",
            dependencies: [
                "HubCore", "HubBlobs", "HubStore", "HubApp", "HubHTTP", "HubVision", "HubRuntime", argumentParser,
                logging, lifecycle, nioCore, nioPosix, http1, asyncHTTPClient,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "hubctl",
            dependencies: [
                "HubCore", "HubTransfer", "HubApp", "HubVision", "HubRuntime", argumentParser, nioCore, nioPosix,
                crypto,
                logging,
                asyncHTTPClient, http1, .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "HubRuntimeTests",
            dependencies: ["HubCore", "HubVision", "HubRuntime", "COnnxRuntime"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "HubMarkdownTests",
            dependencies: ["HubMarkdown"],
            swiftSettings: settings
        ),
        // Shared by all test targets, absent from products.
        .target(
            name: "HubTestSupport",
            dependencies: [
                "HubCore", "HubStore", "HubBlobs", "HubTransfer", "HubApp", "HubHTTP", nioCore, nioPosix, logging,
            ],
            path: "Tests/Support",
            swiftSettings: settings
        ),
    ]
        + [
            ("HubCore", []),
            ("HubStore", ["HubApp", "HubMigrations", grdb]),
            ("HubBlobs", [nioCore, crypto]),
            ("HubTransfer", ["CXet", nioCore, crypto]),
            ("HubVision", []),
            ("HubTabular", []),
            ("HubApp", ["HubStore", "HubBlobs", "HubTransfer", "HubTabular", nioCore, crypto, grdb]),
            (
                "HubHTTP",
                [
                    "HubApp", "HubStore", "HubBlobs", nioCore, nioPosix, asyncHTTPClient, http1, logging,
                    .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                ]
            ),
            ("hubctl", ["HubApp", "HubTransfer", argumentParser, nioCore, nioPosix, http1, asyncHTTPClient]),
        ].map { (name: String, extra: [Target.Dependency]) in
            .testTarget(
                name: "\(name)Tests",
                dependencies: [.byName(name: name), "HubTestSupport"] + (name == "HubCore" ? [] : ["HubCore"]) + extra,
                swiftSettings: settings
            )
        }
)

// What measures, built only when asked for: HUB_BENCHMARKS=1 swift build -c release --product vision-benchmark
// (or xet-benchmark)
if Context.environment["HUB_BENCHMARKS"] != nil {
    package.products.append(.executable(name: "vision-benchmark", targets: ["VisionBenchmark"]))
    package.targets.append(
        .executableTarget(
            name: "VisionBenchmark",
            dependencies: ["HubCore", "HubVision", "HubRuntime"],
            path: "Benchmarks/VisionBenchmark",
            swiftSettings: settings
        )
    )
    package.products.append(.executable(name: "xet-benchmark", targets: ["XetBenchmark"]))
    package.targets.append(
        .executableTarget(
            name: "XetBenchmark",
            dependencies: ["HubCore", "HubTransfer", "CXet", nioCore],
            path: "Benchmarks/XetBenchmark",
            swiftSettings: settings
        )
    )
}

// Only for scripts/fuzz.sh: the link needs libFuzzer, which is there only when everything is built for it.
if Context.environment["HUB_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "hub-fuzz",
            dependencies: [
                "HubCore", "HubTransfer", "HubVision", "HubTabular", "HubStore", "HubBlobs", "HubApp", "HubHTTP",
                "HubMarkdown",
                nioCore,
            ],
            path: "Fuzz",
            exclude: ["Corpus", "README.md"],
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]
        )
    )
}
