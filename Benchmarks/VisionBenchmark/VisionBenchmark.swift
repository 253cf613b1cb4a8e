// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import HubRuntime
import HubVision

/// Times networks:
/// `vision-benchmark [--threads N] [--prepack] [--spin] [--fixed] [--seconds N] [--batch N] [--same-texts] FOLDER…`
///
/// `--batch` asks so many times in one run, with texts of their own or, by `--same-texts`, with texts in common.
/// Each folder is a checkpoint with `expected/<case>.safetensors`, whose inputs are used and whose outputs are compared.
/// Prints a line of JSON for each.
@main
struct VisionBenchmark {
    static func main() throws {
        let options = Options(CommandLine.arguments.dropFirst())
        let environment = ProcessInfo.processInfo.environment
        let engine = try ORTEngine(
            configured: environment["VITRINE_ONNXRUNTIME_LIBRARY"],
            program: nil,
            environment: environment
        )
        for folder in options.folders {
            do {
                print(try Measurement(folder, engine, options).json.serialized)
            } catch {
                print(JSONValue.object(["folder": .string(folder), "error": .string("\(error)")]).serialized)
            }
        }
    }
}

/// What the command line says.
struct Options {
    var folders: [String] = []
    var threads = 1
    var prepacks = false
    var spins = false
    /// Whether networks are planned for the size of the pictures.
    var fixed = false
    var seconds = 3.0
    /// How many times each input is given in one run.
    var batch = 1
    /// Whether all pictures of a run are asked about with the same texts.
    var sharesTexts = false

    init(_ arguments: some Sequence<String>) {
        var rest = Array(arguments)[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--threads": threads = rest.popFirst().flatMap { Int($0) } ?? 1
            case "--seconds": seconds = rest.popFirst().flatMap { Double($0) } ?? 3
            case "--batch": batch = rest.popFirst().flatMap { Int($0) } ?? 1
            case "--same-texts": sharesTexts = true
            case "--prepack": prepacks = true
            case "--spin": spins = true
            case "--fixed": fixed = true
            default: folders.append(argument)
            }
        }
    }
}

/// One network's times.
struct Measurement {
    let json: JSONValue

    init(_ folder: String, _ engine: ORTEngine, _ options: Options) throws {
        let files = try ModelFiles(folder: folder)
        let cases = files.paths.keys.filter { $0.hasPrefix("expected/") && $0.hasSuffix(".safetensors") }.sorted()
        guard let example = cases.first else { throw HubError(.notFound, "\(folder)/expected holds no case") }
        var (inputs, outputs): ([String: Tensor], [String: Tensor]) = ([:], [:])
        for stored in try SafetensorsFile(example, in: files).tensors {
            if stored.name.hasPrefix("in.") { inputs[String(stored.name.dropFirst(3))] = try stored.tensor() }
            if stored.name.hasPrefix("out.") { outputs[String(stored.name.dropFirst(4))] = try stored.tensor() }
        }
        for (name, tensor) in inputs where name.hasPrefix("pixel_") || !options.sharesTexts {
            inputs[name] = try Self.repeated(tensor, options.batch)
        }
        var request = NetworkRequest()
        if options.fixed, let shape = inputs["pixel_values"]?.shape, shape.count == 4 {
            request.imageSize = .init(height: shape[2], width: shape[3])
        }

        let clock = ContinuousClock()
        let start = clock.now
        let network = try Network(Checkpoint(files), request)
        let built = clock.now
        var session = SessionOptions()
        session.threads = options.threads
        session.spins = options.spins
        session.prepacksWeights = options.prepacks
        let loaded = try engine.load(network.graph, options: session)
        let ready = clock.now
        let given = inputs.filter { input in loaded.inputs.contains { $0.name == input.key } }
        let results = try loaded.run(given)
        let first = clock.now

        var (walls, cpus): ([Double], [Double]) = ([], [])
        let end = clock.now + .seconds(options.seconds)
        while clock.now < end || walls.count < 3 {
            let (wall, cpu) = (clock.now, Self.processorSeconds)
            _ = try loaded.run(given)
            walls.append((clock.now - wall).milliseconds)
            cpus.append((Self.processorSeconds - cpu) * 1000)
        }
        walls.sort()
        var members: JSONObject = [
            "folder": .string(URL(filePath: folder).lastPathComponent),
            "architecture": .string(network.architecture),
            "threads": .int(Int64(options.threads)),
            "batch": .int(Int64(options.batch)),
            "prepack": .bool(session.prepacksWeights),
            "build_ms": .double((built - start).milliseconds),
            "load_ms": .double((ready - built).milliseconds),
            "first_ms": .double((first - ready).milliseconds),
            "median_ms": .double(walls[walls.count / 2]),
            "min_ms": .double(walls[0]),
            "cpu_ms": .double(cpus.min() ?? 0),
            "runs": .int(Int64(walls.count)),
        ]
        for (key, value) in Self.memory { members[key] = .int(value) }
        members["worst_difference"] = .double(Self.worst(results, outputs))
        json = .object(members)
    }

    private static func repeated(_ tensor: Tensor, _ count: Int) throws -> Tensor {
        guard count > 1, let first = tensor.shape.first else { return tensor }
        let memory = TensorMemory(count: tensor.byteCount * count) { target in
            tensor.withBytes { bytes in
                for copy in 0..<count {
                    UnsafeMutableRawBufferPointer(rebasing: target[(copy * bytes.count)...]).copyMemory(from: bytes)
                }
            }
        }
        let shape = [first * count] + tensor.shape.dropFirst()
        guard let result = Tensor(type: tensor.type, shape: shape, memory: memory) else {
            throw HubError(.badRequest, "An input cannot be repeated")
        }
        return result
    }

    /// The largest difference, in units of what is compared.
    private static func worst(_ results: [String: Tensor], _ expected: [String: Tensor]) -> Double {
        var worst = 0.0
        for (name, tensor) in expected {
            guard let result = results[name], result.shape == tensor.shape else { continue }
            let pairs = result.withFloats { ours in
                tensor.withFloats { theirs -> Double in
                    let scale = theirs.reduce(Float(1)) { max($0, abs($1)) }
                    return Double(zip(ours, theirs).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) } / scale)
                }
            }
            worst = max(worst, (pairs ?? nil) ?? 0)
        }
        return worst
    }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Megabytes of this process, by kind.
    private static var memory: [(String, Int64)] {
        guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return [] }
        return text.split(separator: "\n").compactMap { line in
            let parts = line.split(whereSeparator: \.isWhitespace)
            guard parts.count > 1, let kilobytes = Int64(parts[1]) else { return nil }
            switch parts[0] {
            case "RssAnon:": return ("anonymous_mb", kilobytes / 1024)
            case "RssFile:": return ("mapped_mb", kilobytes / 1024)
            case "VmHWM:": return ("peak_mb", kilobytes / 1024)
            default: return nil
            }
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Double {
        Double(components.seconds) * 1000 + Double(components.attoseconds) * 1e-15
    }
}
