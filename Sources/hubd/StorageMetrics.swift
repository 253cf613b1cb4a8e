// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubHTTP
import HubStore

/// What comes in and what the database does, for `/metrics`.
enum StorageMetrics {
    static func register(_ hub: Hub, in metrics: Metrics) {
        let (ingest, store) = (hub.ingest, hub.store)
        metrics.reading("vitrine_uploads_in_progress", help: "Files and parts on their way in.") {
            Double(ingest.uploadsInProgress)
        }
        metrics.readingTotal("vitrine_uploads_finished_total", help: "Files and parts that arrived whole.") {
            Double(ingest.uploadsFinished)
        }
        metrics.readingTotal("vitrine_uploads_failed_total", help: "Files and parts that broke off or were refused.") {
            Double(ingest.uploadsFailed)
        }
        metrics.readingTotal("vitrine_upload_bytes_total", help: "Bytes of files and parts that arrived.") {
            Double(ingest.receivedBytes)
        }
        metrics.readingTotal("vitrine_database_writes_total", help: "Transactions that wrote.") {
            Double(store.activity.writes)
        }
        metrics.readingTotal("vitrine_database_write_failures_total", help: "Those of them that failed.") {
            Double(store.activity.failedWrites)
        }
        metrics.readingTotal("vitrine_database_write_seconds_total", help: "Time in them, waiting included.") {
            store.activity.writeSeconds
        }
        metrics.reading("vitrine_webhook_deliveries_waiting", help: "Messages to webhooks that are still to be sent.") {
            // Busy, or not to be read: no number is better than a wrong one.
            (try? store.readInline { try $0.waitingDeliveryCount() }).map(Double.init) ?? .nan
        }
        metrics.reading("vitrine_database_bytes", help: "Bytes of the database's file.") {
            Double(store.activity.fileBytes)
        }
        metrics.reading("vitrine_database_wal_bytes", help: "Bytes of its write-ahead log.") {
            Double(store.activity.walBytes)
        }
    }
}
