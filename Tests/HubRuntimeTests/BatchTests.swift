// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import HubRuntime
import Testing

@testable import HubVision

/// Questions that share a run of the network.
@Suite struct BatchTests {
    private static let photos = ["coffee", "chelsea", "astronaut", "rocket"]

    private func pipeline(_ name: String) throws -> VisionPipeline {
        try VisionPipeline(ModelFiles(folder: Fixtures.path("vision/\(name)")), engine: TestEngine.shared)
    }

    private func photo(_ index: Int) throws -> Image {
        let name = Self.photos[index % Self.photos.count]
        let path = Fixtures.path("vision/_images/\(name).png")
        return try ImageDecoder().decode(Data(contentsOf: URL(filePath: path)))
    }

    private func parameters(_ labels: [String], topK: Int? = nil) -> VisionParameters {
        var parameters = VisionParameters()
        parameters.candidateLabels = labels
        parameters.topK = topK
        return parameters
    }

    private struct Outcome {
        var answers: [Int: Result<VisionAnswer, any Error>] = [:]
        var shared: [Int: Int] = [:]
        var stages: [Int: [String]] = [:]
    }

    private func ask(_ pipeline: VisionPipeline, _ questions: [VisionQuestion]) -> Outcome {
        var outcome = Outcome()
        pipeline.answer(
            questions,
            ended: { outcome.stages[$0, default: []].append($1) },
            answered: {
                #expect(outcome.answers[$0] == nil, "answered once")
                (outcome.answers[$0], outcome.shared[$0]) = ($1, $2)
            }
        )
        return outcome
    }

    private func expectEqual(_ answer: Result<VisionAnswer, any Error>?, _ expected: VisionAnswer, _ place: Int) throws
    {
        guard case .labels(let ours)? = try answer?.get(), case .labels(let theirs) = expected else {
            Issue.record("\(place): no labels")
            return
        }
        let scores = Dictionary(theirs.map { ($0.label, $0.score) }) { first, _ in first }
        #expect(ours.count == theirs.count)
        for one in ours { #expect(abs(one.score - (scores[one.label] ?? 9)) < 1e-5, "\(place) \(one.label)") }
    }

    @Test(arguments: ["clip", "siglip", "vit"])
    func `shared runs answer each question as a run of its own does`(name: String) throws {
        let pipeline = try pipeline(name)
        #expect(pipeline.batchSize > 1)
        let labels = [
            ["a cat", "a cup of coffee"], ["a rocket", "a cat", "an astronaut in a suit"], ["a cat"],
            ["a cup of coffee", "a cat"],
        ]
        let questions = try (0..<pipeline.batchSize).map { place in
            let parameters =
                name == "vit" ? parameters([], topK: 1 + place % 3) : parameters(labels[place % labels.count])
            return VisionQuestion(try photo(place), parameters)
        }
        let outcome = ask(pipeline, questions)
        for (place, question) in questions.enumerated() {
            try expectEqual(outcome.answers[place], pipeline.answer(question.image, question.parameters), place)
            #expect(outcome.stages[place] == ["preprocess", "network"])
        }
        #expect(outcome.shared.values.allSatisfy { $0 == questions.count })
    }

    @Test func `what is wrong with one question is told of that one only`() throws {
        let pipeline = try pipeline("clip")
        let gone = RunCancellation()
        gone.cancel()
        let good = parameters(["a cat", "a cup"])
        let questions = [
            VisionQuestion(try photo(0), good),
            VisionQuestion(try photo(1), parameters([])),
            VisionQuestion(try photo(2), good, cancellation: gone),
            VisionQuestion(try photo(3), good),
            VisionQuestion(try photo(1), good, query: try photo(2)),
        ]
        let outcome = ask(pipeline, questions)
        func code(_ place: Int) -> HubError.Code? {
            guard case .failure(let error)? = outcome.answers[place] else { return nil }
            return (error as? HubError)?.code
        }
        #expect([1, 2, 4].map { code($0) } == [.badRequest, .timeout, .badRequest])
        for place in [0, 3] {
            try expectEqual(outcome.answers[place], pipeline.answer(questions[place].image, good), place)
            #expect(outcome.shared[place] == 4)
        }
    }

    @Test func `a run takes no more questions and texts than its memory allows`() throws {
        let pipeline = try pipeline("clip")
        let photo = try photo(0)
        let few = ask(pipeline, (0..<7).map { _ in VisionQuestion(photo, parameters(["a cat", "a cup"])) })
        #expect((0..<7).map { few.shared[$0] } == [4, 4, 4, 4, 3, 3, 3])
        // With hundreds of texts each there is room for one only.
        func labels(_ first: Int) -> [String] { (0..<400).map { "number \(first + $0)" } }
        let many = ask(pipeline, (0..<3).map { VisionQuestion(photo, parameters(labels($0 * 1000))) })
        #expect(many.shared.values.allSatisfy { $0 == 1 } && many.answers.count == 3)
    }

    @Test(arguments: ["detr", "resnet", "vilt_vqa", "segformer"])
    func `networks that would not gain take one question at a time`(name: String) throws {
        let pipeline = try pipeline(name)
        #expect(pipeline.batchSize == 1)
        guard name == "resnet" else { return }
        let outcome = ask(pipeline, try (0..<3).map { VisionQuestion(try photo($0)) })
        #expect(outcome.shared.values.allSatisfy { $0 == 1 } && outcome.answers.count == 3)
    }

    @Test func `a run goes on while one of those who share it waits`() throws {
        let members = (0..<3).map { _ in RunCancellation() }
        members[1].cancel()
        let states = RunCancellation.whileAnyWaits(members) { group in
            var states = [group.isCancelled]
            members[0].cancel()
            members[0].cancel()
            states.append(group.isCancelled)
            members[2].cancel()
            return states + [group.isCancelled]
        }
        #expect(states == [false, false, true])
    }
}
