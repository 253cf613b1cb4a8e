// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// A question about one RGB picture.
public struct VisionQuestion: Sendable {
    public let image: Image
    public let parameters: VisionParameters
    /// A picture of what to look for.
    public let query: Image?
    /// Takes the question back; a run ends when all of its questions are.
    public let cancellation: RunCancellation

    public init(
        _ image: Image,
        _ parameters: VisionParameters = VisionParameters(),
        query: Image? = nil,
        cancellation: RunCancellation = RunCancellation()
    ) {
        self.image = image
        self.parameters = parameters
        self.query = query
        self.cancellation = cancellation
    }
}

/// Several questions in one run.
///
/// Most of a small run is spent on fetching weights; there questions share it. Networks with more to compute for each
/// picture are no quicker for it (`Benchmarks/README.md`), so they take one at a time.
extension VisionPipeline {
    /// More are no quicker for each, and those answered first would wait for the last.
    private static let maximumQuestions = 4
    /// Squares of a picture up to which sharing a run pays.
    private static let maximumSquares = 64
    /// Tokens of pictures and texts in one shared run. In the largest networks of the kind a token takes 20 KB while it is
    /// computed with, so this is a limit of 80 MB.
    private static let maximumTokens = 4096

    static func batchSize(_ task: VisionTask, squares: Int?) -> Int {
        guard [.imageClassification, .zeroShotImageClassification].contains(task), let squares,
            (1...maximumSquares).contains(squares)
        else { return 1 }
        return min(maximumQuestions, maximumTokens / squares)
    }

    /// Answers several questions, in shared runs where that pays. What is wrong with one is told of that one only.
    ///
    /// - Parameters:
    ///   - ended: told of each question's stages when they are over, as by ``answer(_:_:query:cancellation:ended:)``.
    ///   - answered: called once for each question, with its place, the answer and how many shared the run.
    public func answer(
        _ questions: [VisionQuestion],
        ended: (Int, String) -> Void,
        answered: (Int, Result<VisionAnswer, any Error>, Int) -> Void
    ) {
        for places in runs(questions) {
            if places.count > 1,
                // Whichever it was that failed, the others are not to suffer for it: each for itself then.
                let answers = try? share(places.map { questions[$0] }, { stage in places.forEach { ended($0, stage) } })
            {
                for (place, answer) in zip(places, answers) { answered(place, answer, places.count) }
                continue
            }
            for place in places {
                let question = questions[place]
                let answer = Result {
                    try self.answer(
                        question.image,
                        question.parameters,
                        query: question.query,
                        cancellation: question.cancellation
                    ) { ended(place, $0) }
                }
                answered(place, answer, 1)
            }
        }
    }

    /// Which questions go together: as many in order as the limits allow.
    private func runs(_ questions: [VisionQuestion]) -> [[Int]] {
        var runs: [[Int]] = []
        var texts: Set<String> = []
        for (place, question) in questions.enumerated() {
            // What is wrong here is told when it is answered.
            let own = Set((try? needed(question)) ?? [])
            let tokens =
                ((runs.last?.count ?? 0) + 1) * Self.maximumSquares + texts.union(own).count * max(1, textLength)
            if let last = runs.last, last.count < batchSize, tokens <= Self.maximumTokens {
                runs[runs.count - 1].append(place)
                texts.formUnion(own)
            } else {
                runs.append([place])
                texts = own
            }
        }
        return runs
    }

    private func needed(_ question: VisionQuestion) throws(HubError) -> [String] {
        task == .zeroShotImageClassification ? try sentences(question.parameters) : []
    }

    /// Answers in one run. What only one question has wrong is in its result.
    private func share(
        _ questions: [VisionQuestion],
        _ ended: (String) -> Void
    ) throws -> [Result<VisionAnswer, any Error>] {
        // Texts that several ask with are computed once.
        var places: [String: Int] = [:]
        var texts: [String] = []
        let wanted = questions.map { question in
            Result { () throws -> [Int] in
                if question.query != nil {
                    throw HubError(.badRequest, "The model is for \(task.rawValue), which takes no query_image")
                }
                return try needed(question).map { text in
                    if let place = places[text] { return place }
                    places[text] = texts.count
                    texts.append(text)
                    return texts.count - 1
                }
            }
        }
        let inputs = try inputs(questions.map(\.image), texts)
        ended("preprocess")
        let outputs = try RunCancellation.whileAnyWaits(questions.map(\.cancellation)) {
            try session.run(inputs, outputs: nil, cancellation: $0)
        }
        ended("network")
        return questions.indices.map { item in
            Result {
                let columns = try wanted[item].get()
                if questions[item].cancellation.isCancelled { throw HubError(.timeout, "The request was cancelled") }
                let own = NetworkOutputs(outputs, item: item)
                let parameters = questions[item].parameters
                guard task == .zeroShotImageClassification else {
                    return .labels(try classification(parameters).answer(own))
                }
                let logits = try own.floats("logits_per_image", rank: 1).values
                guard logits.count == texts.count,
                    let scores = Tensor(columns.map { logits[$0] }, shape: [1, columns.count])
                else {
                    throw HubError(.unprocessable, "The model compares with \(logits.count) texts, not \(texts.count)")
                }
                return .labels(
                    try zeroShotClassification(parameters).answer(NetworkOutputs(["logits_per_image": scores]))
                )
            }
        }
    }
}
