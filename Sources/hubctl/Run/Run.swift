// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import ArgumentParser
import HubCore
public import HubVision
import NIOCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `hubctl run`.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask a model about pictures, on this machine.",
        discussion: """
            The model is a folder, or a repo whose files are brought into the cache first (as of 'hubctl pull'). The \
            network runs on the CPU, without a server and offline. With --json the answer is the pipelines' JSON of \
            the reference library: one answer for one picture, a list of answers for several.

            EXAMPLES:
              hubctl run --model alice/efficientnet cat.jpg
              hubctl run --model ./detr --task object-detection street.jpg --output boxes.png
              hubctl run --model alice/clip photo.jpg --label cat --label dog --json
            """
    )

    @Argument(help: "Pictures: JPEG, PNG, WebP, GIF, BMP or TIFF.")
    var images: [String]

    @Option(help: ArgumentHelp("A folder with a checkpoint, or namespace/name.", valueName: "model"))
    var model: String

    @Option(help: "What to ask, such as object-detection; what the model is for if not given.")
    var task: VisionTask?

    @Option(help: "Branch, tag or commit of the repo.")
    var revision = "main"

    @Option(help: ArgumentHelp("What to look for (repeatable), for zero-shot tasks.", valueName: "text"))
    var label: [String] = []

    @Option(help: ArgumentHelp("A picture of what to look for, instead of --label.", valueName: "picture"))
    var query: String?

    @Option(help: "What to ask, for visual question answering.")
    var question: String?

    @Option(help: ArgumentHelp("At most so many answers.", valueName: "count"))
    var topK: Int?

    @Option(help: ArgumentHelp("Leave out what is scored below, from 0 to 1.", valueName: "score"))
    var threshold: Double?

    @Option(help: ArgumentHelp("Write the picture with boxes, masks or depth drawn on it, as PNG.", valueName: "file"))
    var output: String?

    @Option(help: "Threads of the network.")
    var threads = 2

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard !images.isEmpty else { throw ValidationError("Name a picture.") }
        guard output == nil || images.count == 1 else { throw ValidationError("--output takes one picture at a time.") }
        guard query == nil || label.isEmpty else { throw ValidationError("Give either --query or --label.") }
        guard (1...256).contains(threads) else { throw ValidationError("--threads must be from 1 to 256.") }
        guard topK.map({ (1...100_000).contains($0) }) ?? true else {
            throw ValidationError("--top-k must be from 1 to 100000.")
        }
    }

    private var parameters: VisionParameters {
        var parameters = VisionParameters()
        parameters.topK = topK
        parameters.threshold = threshold
        parameters.candidateLabels = label
        parameters.question = question
        return parameters
    }

    func run() async throws {
        Signals.explainInterrupts()
        try await global.run { context in
            let files = try await LocalModel.files(model, revision: revision, context)
            let pipeline = try await Disk.run { [task, threads] in
                try LocalModel.load(files, task: task, threads: threads)
            }
            let wanted = try await Disk.run { [query] in try query.map { try LocalModel.picture($0) } }
            var answers: [JSONValue] = []
            for path in images {
                let parameters = parameters
                let (image, answer) = try await Disk.run { () throws -> (Image, VisionAnswer) in
                    let image = try LocalModel.picture(path)
                    return (image, try Self.answer(pipeline, image, parameters, query: wanted))
                }
                if let output { try await draw(answer, on: image, to: output, task: pipeline.task, context) }
                if context.isJSON {
                    answers.append(try answer.json())
                } else {
                    if images.count > 1 { context.terminal.data("\(path):") }
                    for line in AnswerText.lines(answer) { context.terminal.data(Table.printable(line)) }
                }
            }
            if context.isJSON {
                let json = images.count == 1 ? answers.first ?? .null : .array(answers)
                context.terminal.data(json.serialized)
            }
        }
    }

    /// Says what is missing in this command's words.
    private static func answer(
        _ pipeline: VisionPipeline,
        _ image: Image,
        _ parameters: VisionParameters,
        query: Image?
    ) throws -> VisionAnswer {
        do { return try pipeline.answer(image, parameters, query: query) } catch let error as HubError
            where error.code == .badRequest
        {
            let hint =
                pipeline.task == .visualQuestionAnswering
                ? "ask with --question 'What is this?'" : "name what to look for with --label, once for each"
            throw CommandFailure(error.message, hint: hint)
        }
    }

    private func draw(
        _ answer: VisionAnswer,
        on image: Image,
        to path: String,
        task: VisionTask,
        _ context: CommandContext
    ) async throws {
        guard let drawn = Annotation.draw(answer, on: image) else {
            throw CommandFailure(
                "the answer of \(task.rawValue) has no place in the picture",
                hint: "leave --output out; it is for boxes, masks and depth"
            )
        }
        try await Disk.run {
            let png = ByteBuffer(bytes: try drawn.pngEncoded())
            let file = try OpenFile(path, flags: O_WRONLY | O_CREAT)
            try file.truncate(to: 0)
            try file.write(png, at: 0)
        }
        context.terminal.say("wrote \(path)")
    }
}

extension VisionTask: ExpressibleByArgument {}
