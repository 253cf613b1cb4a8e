// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The nonlinear functions, by the names that configurations use.
enum Activation: Sendable, Hashable {
    /// x · Φ(x), exactly.
    case gelu
    /// x · Φ(x) by the hyperbolic tangent.
    case geluTanh
    /// x · σ(1.702 x).
    case quickGelu
    case relu
    case relu6
    case silu
    case hardSwish
    case sigmoid
    /// 0 below −3, 1 above 3, straight between.
    case hardSigmoid
    case tanh
    case elu
    case identity

    init(named name: String, key: String) throws(HubError) {
        switch name {
        case "gelu", "gelu_python": self = .gelu
        case "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh": self = .geluTanh
        case "quick_gelu": self = .quickGelu
        case "relu": self = .relu
        case "relu6": self = .relu6
        case "silu", "swish": self = .silu
        case "hardswish", "hard_swish": self = .hardSwish
        case "sigmoid": self = .sigmoid
        case "tanh": self = .tanh
        case "linear", "identity": self = .identity
        default: throw HubError(.unsupported, "\(key): no activation is known by the name \(name)")
        }
    }
}

extension GraphBuilder {
    func activate(_ value: Value, _ activation: Activation) -> Value {
        switch activation {
        case .gelu: node("Gelu", [value], domain: .microsoft, shape: value.shape)
        case .geluTanh: node("FastGelu", [value], domain: .microsoft, shape: value.shape)
        case .quickGelu:
            node("QuickGelu", [value], ["alpha": .float(1.702)], domain: .microsoft, shape: value.shape)
        case .relu: relu(value)
        case .relu6: clip(value, from: 0, to: 6)
        // Not QuickGelu with a factor of 1: convolutions absorb the pair.
        case .silu: multiply(value, sigmoid(value))
        case .hardSwish: unary("HardSwish", value)
        case .sigmoid: sigmoid(value)
        case .hardSigmoid:
            node("HardSigmoid", [value], ["alpha": .float(1 / 6), "beta": .float(0.5)], shape: value.shape)
        case .tanh: tanh(value)
        case .elu: unary("Elu", value)
        case .identity: value
        }
    }
}
