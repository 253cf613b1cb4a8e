// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What people know a browser by.
enum BrowserName {
    /// `Firefox on Linux` of a `User-Agent`; as much of it as says something when it is none we know.
    static func short(_ agent: String?) -> String {
        guard let agent, !agent.isEmpty else { return "Unknown browser" }
        // Those that name others as well come first.
        let browsers = [
            ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
            ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
        ]
        let systems = [
            ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
            ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
        ]
        guard let browser = browsers.first(where: { agent.contains($0.0) })?.1 else { return String(agent.prefix(60)) }
        guard let system = systems.first(where: { agent.contains($0.0) })?.1 else { return browser }
        return "\(browser) on \(system)"
    }
}
