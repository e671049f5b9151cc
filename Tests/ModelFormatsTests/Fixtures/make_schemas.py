#!/usr/bin/env python3
"""Makes schemas.json: pairs of Arrow schemas, the framework that they are given for, and what is wrong with them.

    python3 -m venv /tmp/v && /tmp/v/bin/pip install pyarrow && /tmp/v/bin/python make_schemas.py
"""
import base64
import json
import pathlib

import pyarrow as pa

S, I, F, B = pa.string(), pa.int64(), pa.float64(), pa.bool_()


def image(height=100, width=100):
    return pa.list_(pa.list_(pa.list_(I, 3), width), height)


HF = {
    "feature-extraction": ({"inputs": S}, {"output": pa.list_(pa.list_(F, 128))}),
    "image-classification": ({"inputs": image(), "top_k": I}, {"score": pa.list_(F, 2), "label": pa.list_(S, 2)}),
    "image-segmentation": ({"inputs": image(), "threshold": F, "mask_threshold": F, "overlap_mask_area_threshold": F},
                           {"score": pa.list_(F), "label": pa.list_(S), "mask": pa.list_(pa.list_(pa.list_(I, 100), 100))}),
    "image-to-text": ({"inputs": image()}, {"generated_text": pa.list_(S)}),
    "object-detection": ({"inputs": image(), "threshold": F},
                         {"score": pa.list_(F), "label": pa.list_(S), "box": pa.list_(pa.list_(I, 4))}),
    "question-answering": ({"question": S, "context": S, "top_k": I, "doc_stride": I, "max_answer_len": I,
                            "max_seq_len": I, "max_question_len": I, "handle_impossible_answer": B, "align_to_words": B},
                           {"score": F, "start": I, "end": I, "answer": S}),
    "stable-diffusion-text-2-img": (
        {"prompt": S, "height": I, "width": I, "num_inference_steps": I, "guidance_scale": F, "negative_prompt": S,
         "num_images_per_prompt": S, "eta": F}, {"images": pa.list_(pa.list_(pa.list_(I, 3), 128), 128)}),
    "summarization": ({"inputs": S, "return_text": B, "return_tensors": B, "clean_up_tokenization_spaces": B},
                      {"summary_text": S}),
    "text-classification": ({"inputs": S, "top_k": I, "function_to_apply": S},
                            {"label": pa.list_(S, 2), "score": pa.list_(F, 2)}),
    "translation": ({"inputs": S, "return_tensors": B, "return_text": B, "clean_up_tokenization_spaces": B,
                     "src_lang": S, "tgt_lang": S}, {"translation_text": S}),
    "zero-shot-classification": ({"inputs": S, "candidate_labels": pa.list_(S, 2), "hypothesis_template": S,
                                  "multi_label": B}, {"sequence": S, "scores": pa.list_(F, 2), "labels": pa.list_(S, 2)}),
    "zero-shot-image-classification": ({"inputs": image(), "candidate_labels": pa.list_(S, 2), "hypothesis_template": S},
                                       {"score": pa.list_(F, 2), "label": pa.list_(S, 2)}),
    "zero-shot-object-detection": ({"images": image(480, 640), "candidate_labels": pa.list_(S, 3), "threshold": F},
                                   {"score": pa.list_(F), "label": pa.list_(S), "box": pa.list_(pa.list_(I, 4))}),
    "sentiment-analysis": ({"inputs": S}, {"label": S, "score": F}),
    "text-generation": ({"inputs": S, "return_tensors": B, "return_text": B, "return_full_text": B,
                         "clean_up_tokenization_spaces": B, "prefix": S, "handle_long_generation": S},
                        {"generated_text": pa.list_(S, 1)}),
    "automatic-speech-recognition": (
        {"inputs": pa.list_(pa.float32()), "return_timestamps": S},
        {"text": S, "chunks": pa.list_(pa.struct([("text", S), ("timestamp", pa.list_(pa.float32()))]))}),
}
EXTRAS = {"image-to-text", "text-classification", "summarization", "translation", "text-generation"}

rows = []


def row(name, framework, given, taken, refused=None, rule=None):
    encode = lambda fields: fields and base64.b64encode(pa.schema(list(fields.items())).serialize()).decode()
    rows.append({"name": name, "framework": framework, "input": encode(given), "output": encode(taken),
                 "refused": refused, "rule": rule})


for name, (given, taken) in HF.items():
    framework = f"hugging-face-{name}"
    row(name, framework, given, taken)
    row(f"{name} without schemas", framework, None, None, "input_schema", "required")
    row(f"{name} without an output", framework, given, None, "output_schema", "required")
    if name == "sentiment-analysis":
        continue
    first = next(iter(given))
    wrong = ("input_schema", "pipeline_schema")
    row(f"{name} with another type", framework, {**given, first: pa.int8()}, taken, *wrong)
    row(f"{name} without its input", framework, {"top_k" if first != "top_k" else "x": I}, taken, *wrong)
    row(f"{name} with more", framework, {**given, "temperature": F}, taken, *(wrong if name not in EXTRAS else ()))
    row(f"{name} with another output", framework, given, {**taken, "more": S}, "output_schema", "pipeline_schema")

row("chunks are missing", "hugging-face-automatic-speech-recognition",
    HF["automatic-speech-recognition"][0], {"text": S}, "output_schema", "pipeline_schema")
row("text without timestamps", "hugging-face-automatic-speech-recognition", {"inputs": pa.list_(pa.float32())}, {"text": S})
row("onnx without", "onnx", None, None)
row("tensorflow without", "tensorflow", None, None)
for framework in ("python", "keras", "sklearn", "pytorch", "xgboost", "custom"):
    row(f"{framework} without", framework, None, None, "input_schema", "required")
    row(f"{framework} with", framework, {"inputs": pa.list_(F, 4)}, {"predictions": pa.int32()})
row("an image", "mlflow", {"x": F}, {"prediction": F})
row("an input without a name", "mlflow", {"x": F, "": F}, {"prediction": F}, "input_schema", "schema_fields")
row("an output without a name", "mlflow", {"x": F}, {"": F}, "output_schema", "schema_fields")
row("float32", "pytorch", {"inputs": pa.list_(pa.float32(), 4)}, {"answer": pa.float32()})
row("two answers", "keras", {"inputs": pa.list_(pa.float32(), 4)}, {"answer": pa.float32(), "shares": pa.list_(pa.float32(), 2)})
row("a date", "sklearn", {"when": pa.timestamp("us")}, {"y": F}, "input_schema", "schema_type")
row("a date inside", "sklearn", {"x": F}, {"y": pa.list_(pa.struct([("when", pa.date32())]))}, "output_schema", "schema_type")

path = pathlib.Path(__file__).with_name("schemas.json")
path.write_text(json.dumps(rows, indent=0) + "\n")
print(path, path.stat().st_size, len(rows))
