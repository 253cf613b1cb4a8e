#!/usr/bin/env python3
"""Makes Fixtures/repos/selfie_segmentation/model.onnx from MediaPipe's selfie_segmentation.tflite, the only argument.

The file is in the PyPI wheel mediapipe 0.10.21 (modules/selfie_segmentation/). NHWC becomes NCHW, weights become float32,
opset 13. Needs tflite, flatbuffers, numpy, onnx.
"""

import pathlib
import struct
import sys

import numpy as np
import onnx
import tflite
from onnx import TensorProto, helper, numpy_helper

TARGET = pathlib.Path(__file__).parent.parent / "repos" / "selfie_segmentation" / "model.onnx"
TYPES = {0: np.float32, 1: np.float16, 2: np.int32, 4: np.int64}
OPERATORS = {value: name for name, value in vars(tflite.BuiltinOperator).items() if isinstance(value, int)}
SAME = 0


class Converter:
    def __init__(self, buffer: bytes):
        self.model = tflite.Model.GetRootAsModel(buffer, 0)
        self.graph = self.model.Subgraphs(0)
        self.nodes: list[onnx.NodeProto] = []
        self.initialisers: list[onnx.TensorProto] = []
        self.constants: dict[int, np.ndarray] = {}

    def shape(self, index: int) -> tuple[int, ...]:
        return tuple(int(side) for side in self.graph.Tensors(index).ShapeAsNumpy())

    def constant(self, index: int) -> np.ndarray | None:
        """The value of a tensor that is stored in the file."""
        if index in self.constants:
            return self.constants[index]
        tensor = self.graph.Tensors(index)
        buffer = self.model.Buffers(tensor.Buffer())
        if buffer.DataLength() == 0:
            return None
        return buffer.DataAsNumpy().view(TYPES[tensor.Type()]).reshape(tensor.ShapeAsNumpy() if tensor.ShapeLength() else ())

    def initialiser(self, value: np.ndarray, tag: str) -> str:
        name = f"c{len(self.initialisers)}_{tag}"
        self.initialisers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def emit(self, operator: str, inputs: list[str], output: str, **attributes: object) -> None:
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))

    def activate(self, activation: int, raw: str, output: str) -> None:
        if activation == 0:
            self.emit("Identity", [raw], output)
        elif activation == 1:
            self.emit("Relu", [raw], output)
        elif activation == 3:
            self.emit("Clip", [raw, self.initialiser(np.float32(0), "z"), self.initialiser(np.float32(6), "s")], output)
        else:
            raise SystemExit(f"activation {activation} is not handled")

    def operand(self, index: int) -> str:
        """The name of an input of an elementwise operator; constants are stored as NCHW."""
        value = self.constant(index)
        if value is None:
            return f"t{index}"
        value = value.astype(np.float32)
        if value.ndim == 4:
            value = value.transpose(0, 3, 1, 2)
        elif value.ndim == 1:
            value = value.reshape(1, -1, 1, 1)
        return self.initialiser(value, "k")

    def padding(self, kind: int, source: int, kernel: tuple[int, ...], strides: list[int]) -> list[int]:
        """TensorFlow's SAME as ONNX's explicit pads."""
        if kind != SAME:
            return [0, 0, 0, 0]
        sides = []
        for axis in (0, 1):
            size = self.shape(source)[1 + axis]
            total = max(0, (-(-size // strides[axis]) - 1) * strides[axis] + kernel[axis] - size)
            sides.append((total // 2, total - total // 2))
        return [sides[0][0], sides[1][0], sides[0][1], sides[1][1]]

    def convert(self, operator: tflite.Operator) -> None:
        code = self.model.OperatorCodes(operator.OpcodeIndex())
        name = OPERATORS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
        if name == "CUSTOM":
            name = code.CustomCode().decode()
        inputs = [operator.Inputs(index) for index in range(operator.InputsLength())]
        source, target = inputs[0], operator.Outputs(0)
        x, y = f"t{source}", f"t{target}"

        def options(kind: type):
            table = operator.BuiltinOptions()
            found = kind()
            found.Init(table.Bytes, table.Pos)
            return found

        def weight(index: int) -> np.ndarray:
            return self.constant(index).astype(np.float32)

        if name == "DEQUANTIZE":
            self.constants[target] = weight(source)
        elif name in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            depthwise = name != "CONV_2D"
            settings = options(tflite.DepthwiseConv2DOptions if depthwise else tflite.Conv2DOptions)
            kernel = weight(inputs[1]).transpose((3, 0, 1, 2) if depthwise else (0, 3, 1, 2))
            strides = [settings.StrideH(), settings.StrideW()]
            arguments = [x, self.initialiser(kernel, "w")]
            if len(inputs) > 2:
                arguments.append(self.initialiser(weight(inputs[2]), "b"))
            pads = self.padding(settings.Padding(), source, kernel.shape[2:], strides)
            self.emit("Conv", arguments, y + "_", strides=strides, pads=pads, group=kernel.shape[0] if depthwise else 1)
            self.activate(settings.FusedActivationFunction(), y + "_", y)
        elif name == "Convolution2DTransposeBias":
            # MediaPipe's own; its options are TfLiteTransposeConvParams {padding, stride width, stride height}.
            _, width, height = struct.unpack("<3i", bytes(operator.CustomOptionsAsNumpy())[:12])
            kernel = self.initialiser(weight(inputs[1]).transpose(3, 0, 1, 2), "w")
            bias = self.initialiser(weight(inputs[2]), "b")
            size = list(self.shape(target)[1:3])
            self.emit("ConvTranspose", [x, kernel, bias], y, strides=[height, width], output_shape=size, auto_pad="SAME_UPPER")
        elif name in ("ADD", "MUL"):
            settings = options(tflite.AddOptions if name == "ADD" else tflite.MulOptions)
            self.emit(name.capitalize(), [self.operand(inputs[0]), self.operand(inputs[1])], y + "_")
            self.activate(settings.FusedActivationFunction(), y + "_", y)
        elif name in ("RELU", "LOGISTIC"):
            self.emit({"RELU": "Relu", "LOGISTIC": "Sigmoid"}[name], [x], y)
        elif name == "HARD_SWISH":
            self.emit("HardSigmoid", [x], y + "_h", alpha=1 / 6.0, beta=0.5)
            self.emit("Mul", [x, y + "_h"], y)
        elif name in ("AVERAGE_POOL_2D", "MEAN"):
            size = options(tflite.Pool2DOptions) if name == "AVERAGE_POOL_2D" else None
            if size:
                kernel, strides = [size.FilterHeight(), size.FilterWidth()], [size.StrideH(), size.StrideW()]
                self.emit("AveragePool", [x], y, kernel_shape=kernel, strides=strides)
            else:
                self.emit("GlobalAveragePool", [x], y)
        elif name == "RESIZE_BILINEAR":
            settings = options(tflite.ResizeBilinearOptions)
            before, after = self.shape(source), self.shape(target)
            size = self.initialiser(np.array([1, before[3], after[1], after[2]], np.int64), "sz")
            mode = "half_pixel" if settings.HalfPixelCenters() else "align_corners" if settings.AlignCorners() else "asymmetric"
            self.emit("Resize", [x, "", "", size], y, mode="linear", coordinate_transformation_mode=mode)
        elif name == "CONCATENATION":
            self.emit("Concat", [f"t{index}" for index in inputs], y, axis=1)
        else:
            raise SystemExit(f"operator {name} is not handled")

    def run(self) -> onnx.ModelProto:
        for index in range(self.graph.OperatorsLength()):
            self.convert(self.graph.Operators(index))
        source, target = self.graph.Inputs(0), self.graph.Outputs(0)
        batch, height, width, channels = self.shape(source)
        graph = helper.make_graph(
            self.nodes,
            "selfie",
            [helper.make_tensor_value_info(f"t{source}", TensorProto.FLOAT, [batch, channels, height, width])],
            [helper.make_tensor_value_info(f"t{target}", TensorProto.FLOAT, None)],
            self.initialisers,
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


if __name__ == "__main__":
    onnx.save(Converter(pathlib.Path(sys.argv[1]).read_bytes()).run(), TARGET)
