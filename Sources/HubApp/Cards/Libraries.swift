// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Libraries and weight formats, which the model list filters by.
public enum Libraries {
    public static let all: [(id: String, label: String)] = list.split { $0 == "\n" || $0 == ";" }.compactMap { entry in
        let parts = entry.split(separator: "|", maxSplits: 1)
        guard let id = parts.first, let label = parts.last else { return nil }
        return (String(id), String(label))
    }

    /// How a library is written; `nil` for one we do not know.
    public static func label(of id: String) -> String? { labels[id] }

    private static let labels = Dictionary(all.map { ($0.id, $0.label) }) { first, _ in first }

    private static let list = """
        pytorch|PyTorch;tf|TensorFlow;jax|JAX;safetensors|Safetensors;transformers|Transformers;peft|PEFT
        tensorboard|TensorBoard;gguf|GGUF;diffusers|Diffusers;onnx|ONNX;mlx|MLX;stable-baselines3|stable-baselines3
        sentence-transformers|sentence-transformers;ml-agents|ml-agents;tf-keras|TF-Keras;keras|Keras;adapters|Adapters
        setfit|setfit;timm|timm;transformers.js|Transformers.js;sample-factory|sample-factory;flair|Flair;spacy|spaCy
        espnet|ESPnet;coreml|Core ML;fastai|fastai;openvino|OpenVINO;rust|Rust;fasttext|fastText;bertopic|BERTopic
        sklearn|Scikit-learn;joblib|Joblib;keras-hub|KerasHub;nemo|NeMo;open_clip|OpenCLIP;speechbrain|speechbrain
        paddlepaddle|PaddlePaddle;paddlenlp|paddlenlp;stanza|Stanza;asteroid|Asteroid;span-marker|SpanMarker
        allennlp|AllenNLP;pyannote-audio|pyannote.audio;unity-sentis|Unity Sentis;tflite|TF Lite;litert|LiteRT
        ultralytics|ultralytics;sam2|sam2;depth-anything-v2|DepthAnythingV2;depth-pro|Depth Pro;birefnet|BiRefNet
        yolov10|YOLOv10;lerobot|LeRobot;executorch|ExecuTorch;llamafile|llamafile;vllm|vLLM;executorch|ExecuTorch
        rf-detr|RF-DETR;dinov3|DINOv3;segformer|SegFormer;onnxruntime|ONNX Runtime
        """
}
