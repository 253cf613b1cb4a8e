// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Pictures in, what networks say about them out: the Hub's inference calls.
struct InferenceRoutes: RouteGroup {
    let service: InferenceService
    let metrics: Metrics

    func register(on router: some RouterMethods<HubContext>) {
        for prefix in ["", "/hf-inference"] {
            let model = "\(prefix)/models/{namespace}/{name}"
            var paths = [model, "\(model)/pipeline/{task}"]
            if !prefix.isEmpty { paths.append("\(prefix)/pipeline/{task}/{namespace}/{name}") }
            for path in paths {
                router.post(RouterPath(path), use: answer)
                router.get(RouterPath(path), use: status)
            }
        }
    }

    @Sendable private func status(_ request: Request, _ context: HubContext) async throws -> Response {
        .json(service.status(try await model(context)))
    }

    @Sendable private func answer(_ request: Request, _ context: HubContext) async throws -> Response {
        // Who may not read the model sends no picture.
        let model = try await model(context)
        if let problem = model.problem { throw problem }
        let body = try await request.collectBody(limit: InferenceService.maximumBodyBytes)
        guard body.readableBytes > 0 else { throw HubError(.badRequest, "The request has no body: send an image") }
        let wantsPicture = request.headers[.accept]?.hasPrefix("image/") ?? false
        let waits = request.headers[.waitForModel] == "true"
        let usesCache = request.headers[.useCache] != "false"
        do {
            let answer = try await context.withCancellationOnClientGone { [service] in
                try await service.answer(
                    model,
                    body,
                    wantsPicture: wantsPicture,
                    waitsForModel: waits,
                    usesCache: usesCache
                )
            }
            if !answer.isKept { note(answer.result, model) }
            return .full(
                answer.result.body,
                contentType: answer.result.contentType,
                headers: [
                    .eTag: ETag(answer.etag).description, .repoCommit: model.commit.hex, .computeType: "cpu",
                    .computeTime: "\((answer.result.computeSeconds * 1000).rounded() / 1000)",
                ]
            )
        } catch let loading as ModelLoading {
            return .json(
                [
                    "error": .string("Model \(loading.name) is currently loading"),
                    "estimated_time": .double(loading.estimatedSeconds),
                ],
                status: .serviceUnavailable,
                headers: [.retryAfter: "\(Int(loading.estimatedSeconds.rounded(.up)))"]
            )
        }
    }

    /// `{namespace}/{name}`, perhaps with `@revision`.
    private func model(_ context: HubContext) async throws -> InferenceService.Model {
        let parts = try context.segment("name").split(separator: "@", maxSplits: 1).map(String.init)
        let id: RepoID
        do {
            id = try RepoID(namespace: AccountName(try context.segment("namespace")), name: parts.first ?? "")
        } catch let error as HubError where error.code == .badRequest {
            throw HubError.repoNotFound
        }
        let revision = parts.count > 1 ? try Revision(parts.last ?? "") : .main
        let task = context.parameters.get("task") == nil ? nil : try context.segment("task")
        return try await service.model(id, revision, task: task, viewer: context.viewer)
    }

    private func note(_ result: InferenceResult, _ model: InferenceService.Model) {
        // Metrics need no token.
        let name = model.isPublic ? model.id.description : "(private)"
        metrics.histogram(
            "vitrine_inference_shared_runs",
            help: "How many questions were answered in the same run of a network.",
            labels: [("model", name)],
            buckets: [1, 2, 4, 8]
        )
        .observe(Double(result.shared))
        for (stage, value) in result.seconds {
            metrics.histogram(
                "vitrine_inference_seconds",
                help: "How long the stages of answers about pictures took.",
                labels: [("model", name), ("stage", stage)],
                buckets: [0.001, 0.01, 0.1, 0.5, 1, 5, 30]
            )
            .observe(value)
        }
    }
}
