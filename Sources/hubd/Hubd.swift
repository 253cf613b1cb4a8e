import ArgumentParser
import Hummingbird
import HubApp
import HubBlobs
import HubHTTP
import HubStore
import Foundation
import Logging
import NIOCore
@main struct Hubd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(subcommands: [Serve.self])
}
struct Serve: AsyncParsableCommand {
    @Option var dataDir = "data"
    @Option var host = "127.0.0.1"
    @Option var port = 8080
    @Option var portFile: String?
    func run() async throws {
        try FileManager.default.createDirectory(atPath: dataDir, withIntermediateDirectories: true)
        let hub = try await Hub.open(dataFolder: dataDir)
        let pf = portFile
        var l = Logger(label: "x"); l.logLevel = .info
        let app = Application(responder: tmpRouter(hub), configuration: .init(address: .hostname(host, port: port)), services: [hub.downloadCounter], onServerRunning: { c in
            if let pf { try? String(c.localAddress?.port ?? 0).write(toFile: pf, atomically: true, encoding: .utf8) }
        }, logger: l)
        try await app.run()
    }
}
