// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import COnnxRuntime
import HubCore
import HubVision

/// A graph described to ONNX Runtime by its model editor; released with this object.
///
/// Large constants are not copied: the engine reads them where they lie, so their memory has to outlive the session.
final class ORTModel {
    let handle: OpaquePointer
    private let library: ORTLibrary

    /// The engine wants constants that small inline, for it may need their values to infer shapes.
    private static let inlineBytes = 127

    init(_ graph: Graph, engine: ORTEngine) throws(HubError) {
        library = engine.library
        let functions = library.functions
        let raw = try library.make { functions.pointee.CreateGraph($0) }
        do throws(HubError) {
            let editor = ORTGraphEditor(graph: raw, engine: engine)
            for constant in graph.constants { try editor.add(constant) }
            for (index, node) in graph.nodes.enumerated() { try editor.add(node, number: index) }
            try editor.setInputs(graph.inputs)
            try editor.setOutputs(graph.outputs)
            handle = try editor.makeModel()
        } catch {
            functions.pointee.ReleaseGraph(raw)
            throw error
        }
        // From here on the graph belongs to the model.
        do throws(HubError) {
            try library.check(functions.pointee.AddGraphToModel(handle, raw), .internal, "The network was refused")
        } catch {
            functions.pointee.ReleaseGraph(raw)
            functions.pointee.ReleaseModel(handle)
            throw error
        }
    }

    deinit { library.functions.pointee.ReleaseModel(handle) }

    /// Fills a graph that is being edited.
    private struct ORTGraphEditor {
        let graph: OpaquePointer
        let engine: ORTEngine
        private var library: ORTLibrary { engine.library }
        private var functions: UnsafePointer<hub_ort> { engine.library.functions }

        init(graph: OpaquePointer, engine: ORTEngine) {
            self.graph = graph
            self.engine = engine
        }

        func add(_ constant: Graph.Constant) throws(HubError) {
            let tensor = constant.tensor
            let isInline = tensor.byteCount <= ORTModel.inlineBytes
            let value = isInline ? try engine.copy(tensor) : try engine.view(tensor)
            do throws(HubError) {
                try library.check(
                    functions.pointee.AddInitializerToGraph(graph, constant.name, value, !isInline),
                    .unprocessable,
                    "Tensor \(constant.name) was refused"
                )
            } catch {
                functions.pointee.ReleaseValue(value)
                throw error
            }
        }

        func add(_ node: Graph.Node, number: Int) throws(HubError) {
            var attributes: [OpaquePointer?] = []
            let raw: OpaquePointer
            do throws(HubError) {
                for attribute in node.attributes { attributes.append(try make(attribute)) }
                raw = try library.make(.internal, "\(node.operation) was refused") { out in
                    withCStrings(node.inputs) { inputs in
                        withCStrings(node.outputs) { outputs in
                            // Takes the attributes over and nulls them.
                            functions.pointee.CreateNode(
                                node.operation,
                                node.domain.rawValue,
                                "\(number)",
                                inputs,
                                node.inputs.count,
                                outputs,
                                node.outputs.count,
                                &attributes,
                                attributes.count,
                                out
                            )
                        }
                    }
                }
            } catch {
                for case let attribute? in attributes { functions.pointee.ReleaseOpAttr(attribute) }
                throw error
            }
            do throws(HubError) {
                try library.check(
                    functions.pointee.AddNodeToGraph(graph, raw),
                    .internal,
                    "\(node.operation) was refused"
                )
            } catch {
                functions.pointee.ReleaseNode(raw)
                throw error
            }
        }

        private func make(_ attribute: Graph.Attribute) throws(HubError) -> OpaquePointer {
            try library.make(.internal, "Attribute \(attribute.name) was refused") { out in
                func create(_ data: UnsafeRawBufferPointer, _ count: Int, _ kind: hub_ort_attribute) -> OpaquePointer? {
                    functions.pointee.CreateOpAttr(
                        attribute.name,
                        data.baseAddress,
                        CInt(clamping: count),
                        CInt(kind.rawValue),
                        out
                    )
                }
                switch attribute.value {
                case .int(let number):
                    return withUnsafeBytes(of: Int64(number)) { create($0, 1, hub_ort_attribute_int) }
                case .ints(let numbers):
                    return numbers.map { Int64($0) }.withUnsafeBytes {
                        create($0, numbers.count, hub_ort_attribute_ints)
                    }
                case .float(let number):
                    return withUnsafeBytes(of: number) { create($0, 1, hub_ort_attribute_float) }
                case .floats(let numbers):
                    return numbers.withUnsafeBytes { create($0, numbers.count, hub_ort_attribute_floats) }
                case .string(let text):
                    return Array(text.utf8).withUnsafeBytes { create($0, $0.count, hub_ort_attribute_string) }
                }
            }
        }

        func setInputs(_ ports: [TensorPort]) throws(HubError) {
            try set(ports, "inputs", functions.pointee.SetGraphInputs)
        }

        func setOutputs(_ ports: [TensorPort]) throws(HubError) {
            try set(ports, "outputs", functions.pointee.SetGraphOutputs)
        }

        private func set(
            _ ports: [TensorPort],
            _ what: String,
            _ call: (OpaquePointer?, UnsafeMutablePointer<OpaquePointer?>?, Int) -> OpaquePointer?
        ) throws(HubError) {
            var infos: [OpaquePointer?] = []
            // Those handed over are nulled.
            defer { for case let info? in infos { functions.pointee.ReleaseValueInfo(info) } }
            for port in ports { infos.append(try makeInfo(port)) }
            try library.check(call(graph, &infos, infos.count), .internal, "The network's \(what) were refused")
        }

        private func makeInfo(_ port: TensorPort) throws(HubError) -> OpaquePointer {
            let shape = try library.make { functions.pointee.CreateTensorTypeAndShapeInfo($0) }
            defer { functions.pointee.ReleaseTensorTypeAndShapeInfo(shape) }
            var sizes: [Int64] = []
            var names: [String] = []
            for axis in port.shape {
                switch axis {
                case .fixed(let size): (sizes, names) = (sizes + [Int64(size)], names + [""])
                case .named(let name): (sizes, names) = (sizes + [-1], names + [name])
                }
            }
            let refused = "\(port.name) was refused"
            try library.check(
                functions.pointee.SetTensorElementType(shape, port.type.engineCode),
                .internal,
                refused
            )
            try library.check(functions.pointee.SetDimensions(shape, sizes, sizes.count), .internal, refused)
            if !names.isEmpty {
                let status = withCStrings(names) {
                    functions.pointee.SetSymbolicDimensions(shape, $0, names.count)
                }
                try library.check(status, .internal, refused)
            }
            let type = try library.make { functions.pointee.CreateTensorTypeInfo(shape, $0) }
            defer { functions.pointee.ReleaseTypeInfo(type) }
            return try library.make { functions.pointee.CreateValueInfo(port.name, type, $0) }
        }

        func makeModel() throws(HubError) -> OpaquePointer {
            let versions = Graph.Domain.allCases.map { domain in
                domain == .onnx ? CInt(Graph.operatorVersion) : 1
            }
            return try library.make { out in
                withCStrings(Graph.Domain.allCases.map(\.rawValue)) {
                    functions.pointee.CreateModel($0, versions, versions.count, out)
                }
            }
        }
    }
}
