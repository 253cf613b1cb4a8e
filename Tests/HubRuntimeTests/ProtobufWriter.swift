// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation

/// Writes protobuf messages, for ONNX files of our own.
struct ProtobufWriter {
    private(set) var data = Data()

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            data.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        data.append(UInt8(rest))
    }

    mutating func number(_ field: Int, _ value: Int) {
        varint(UInt64(field) << 3)
        varint(UInt64(bitPattern: Int64(value)))
    }

    mutating func bytes(_ field: Int, _ value: Data) {
        varint(UInt64(field) << 3 | 2)
        varint(UInt64(value.count))
        data += value
    }

    mutating func text(_ field: Int, _ value: String) { bytes(field, Data(value.utf8)) }

    mutating func message(_ field: Int, _ body: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        body(&inner)
        bytes(field, inner.data)
    }
}

/// ONNX: y = x + w for vectors of four numbers, w in a file beside the model.
enum ExternalModel {
    static func data(location: String, offset: Int = 0, length: Int = 16) -> Data {
        var model = ProtobufWriter()
        model.number(1, 8)
        model.message(8) { $0.number(2, 17) }
        model.message(7) { graph in
            graph.message(1) { node in
                node.text(1, "x")
                node.text(1, "w")
                node.text(2, "y")
                node.text(4, "Add")
            }
            graph.text(2, "g")
            graph.message(5) { tensor in
                tensor.number(1, 4)
                tensor.number(2, 1)
                tensor.text(8, "w")
                for (key, value) in [("location", location), ("offset", "\(offset)"), ("length", "\(length)")] {
                    tensor.message(13) {
                        $0.text(1, key)
                        $0.text(2, value)
                    }
                }
                tensor.number(14, 1)
            }
            for (field, name) in [(11, "x"), (12, "y")] {
                graph.message(field) { port in
                    port.text(1, name)
                    port.message(2) { type in
                        type.message(1) { tensor in
                            tensor.number(1, 1)
                            tensor.message(2) { $0.message(1) { $0.number(1, 4) } }
                        }
                    }
                }
            }
        }
        return model.data
    }
}
