import HubApp
import HubCore
import Hummingbird

extension Request { func baseURL(_ c: HubContext) throws -> String { "http://\(head.authority ?? "localhost")" } }
