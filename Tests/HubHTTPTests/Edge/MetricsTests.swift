// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HummingbirdCore
import Testing

@testable import HubHTTP

@Suite struct MetricsTests {
    @Test func `the exposition is what Prometheus reads`() {
        let metrics = Metrics()
        metrics.counter("c_total", help: "Counts.", labels: [("a", "x\"\n")]).add(2)
        metrics.counter("c_total", help: "Counts.", labels: [("a", "x\"\n")]).add()
        metrics.gauge("g", help: "Goes.").set(-4)
        let histogram = metrics.histogram("h_seconds", help: "Times.", buckets: [0.5, 1])
        for value in [0.25, 0.5, 0.75, 9] { histogram.observe(value) }
        #expect(
            metrics.exposition() == """
                # HELP c_total Counts.
                # TYPE c_total counter
                c_total{a="x\\"\\n"} 3
                # HELP g Goes.
                # TYPE g gauge
                g -4
                # HELP h_seconds Times.
                # TYPE h_seconds histogram
                h_seconds_bucket{le="0.5"} 2
                h_seconds_bucket{le="1.0"} 3
                h_seconds_bucket{le="+Inf"} 4
                h_seconds_sum 10.5
                h_seconds_count 4

                """
        )
    }

    @Test func `values that open doors are not logged`() {
        #expect(AccessLogMiddleware.redacted("/a?q=1&Signature=s&x_token=t") == "/a?q=1&Signature=…&x_token=…")
    }
}
