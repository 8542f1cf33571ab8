"""Writes what transformers makes of drawn images, for the configurations that real repositories keep (see HubPreprocessingTest).

Usage: python benchmarks/peers/hub_preprocessing.py modules/images/src/test/resources/terzi/images/hub.jsonl
With transformers 4.57.1, timm 1.0.31, torch 2.7.1, torchvision 0.22.1, pillow 12.1.1 (see resize_golden.py) and numpy 2.4.6.

One line per configuration: the JSON of its files and, for each image, a few sampled values and the mean of each channel.
"""

import json
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from PIL import Image

warnings.filterwarnings("ignore")

IMAGES = [(300, 200, 3), (199, 301, 3), (97, 131, 3), (513, 384, 3), (31, 17, 3), (120, 91, 1), (224, 224, 3)]
SAMPLES = 20

IMAGENET = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
HALVES = {"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}
OPENAI = {
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_std": [0.26862954, 0.26130258, 0.27577711],
}
OLD = {"do_normalize": True, "do_resize": True}
NEW = {"do_normalize": True, "do_resize": True, "do_rescale": True, "rescale_factor": 0.00392156862745098}


def old(kind, size, resample, values, **more):
    return {**OLD, "feature_extractor_type": kind + "FeatureExtractor", "size": size, "resample": resample, **values, **more}


def new(kind, size, resample, values, **more):
    return {**NEW, "image_processor_type": kind, "size": size, "resample": resample, **values, **more}


def square(n):
    return {"height": n, "width": n}


def edge(n):
    return {"shortest_edge": n}


def timm(**cfg):
    return {"architecture": "resnet50", "num_classes": 2, "label_names": ["a", "b"], "pretrained_cfg": cfg}


# name: (model_type, preprocessor_config.json), as the repositories keep them
CASES = {
    "google/vit-base-patch16-224 (2021)": ("vit", {**OLD, **HALVES, "size": 224}),
    "google/vit-base-patch16-224": ("vit", new("ViTImageProcessor", square(224), 2, HALVES)),
    "vit fast": ("vit", new("ViTImageProcessorFast", square(224), 2, HALVES)),
    "vit fast, cropped": (
        "vit",
        new("ViTImageProcessorFast", edge(256), 2, HALVES, do_center_crop=True, crop_size=square(225)),
    ),
    "vit, a crop that the class does not have": (
        "vit",
        new("ViTImageProcessor", square(192), 3, IMAGENET, do_center_crop=True, crop_size=square(160)),
    ),
    "vit, defaults only": ("vit", {"image_processor_type": "ViTImageProcessor"}),
    "vit, not square, not normalised": (
        "vit",
        new("ViTImageProcessor", {"height": 160, "width": 224}, 2, HALVES) | {"do_normalize": False},
    ),
    "vit, not rescaled": ("vit", new("ViTImageProcessor", square(96), 2, {"image_mean": 127.5, "image_std": 127.5}) | {"do_rescale": False}),
    "vit, box": ("vit", new("ViTImageProcessor", square(80), 4, HALVES)),
    "vit, hamming": ("vit", new("ViTImageProcessor", square(80), 5, HALVES)),
    "vit, lanczos": ("vit", new("ViTImageProcessor", square(80), 1, HALVES)),
    "facebook/deit-base-patch16-224": (
        "deit",
        old("DeiT", 256, 3, IMAGENET, do_center_crop=True, crop_size=224),
    ),
    "deit fast": (
        "deit",
        new("DeiTImageProcessorFast", square(256), 3, IMAGENET, do_center_crop=True, crop_size=square(224)),
    ),
    "microsoft/beit-base-patch16-224": (
        "beit",
        old("Beit", 224, 2, HALVES, do_center_crop=False, crop_size=224),
    ),
    "beit, defaults only": ("beit", {"feature_extractor_type": "BeitFeatureExtractor"}),
    "beit fast, defaults only": ("beit", {"image_processor_type": "BeitImageProcessorFast"}),
    "facebook/data2vec-vision-base-ft1k": (
        "data2vec-vision",
        old("Beit", 224, 3, IMAGENET, do_center_crop=False, crop_size=224, reduce_labels=False),
    ),
    "facebook/convnext-tiny-224": ("convnext", old("ConvNext", 224, 3, IMAGENET, crop_pct=0.875)),
    "facebook/convnext-base-384": ("convnext", old("ConvNext", 384, 3, IMAGENET, crop_pct=1.0)),
    "facebook/convnextv2-tiny-22k-384": (
        "convnextv2",
        new("ConvNextImageProcessor", edge(384), 3, IMAGENET, crop_pct=0.95),
    ),
    "convnext fast": ("convnext", new("ConvNextImageProcessorFast", edge(224), 3, IMAGENET, crop_pct=0.9)),
    "convnext, crop_pct null": ("convnext", new("ConvNextImageProcessor", edge(224), 2, IMAGENET, crop_pct=None)),
    "microsoft/resnet-50": ("resnet", old("ConvNext", 224, 3, IMAGENET, crop_pct=0.875)),
    "facebook/regnet-y-040": ("regnet", old("ConvNext", 224, 3, IMAGENET, crop_pct=0.875)),
    "microsoft/cvt-13": ("cvt", old("ConvNext", 224, 3, IMAGENET, crop_pct=0.875)),
    "Visual-Attention-Network/van-base": ("van", old("ConvNext", 224, 3, IMAGENET, crop_pct=0.9)),
    "microsoft/swin-tiny-patch4-window7-224": ("swin", old("ViT", 224, 3, IMAGENET)),
    "microsoft/swinv2-tiny-patch4-window8-256": ("swinv2", new("ViTImageProcessor", square(256), 3, IMAGENET)),
    "facebook/levit-128S": ("levit", old("Levit", 224, 3, IMAGENET, do_center_crop=True)),
    "levit fast": (
        "levit",
        new("LevitImageProcessorFast", edge(224), 3, IMAGENET, do_center_crop=True, crop_size=square(224)),
    ),
    "sail/poolformer_s12": ("poolformer", old("PoolFormer", 224, 3, IMAGENET, crop_pct=0.9, do_center_crop=True)),
    "sail/poolformer_m36": (
        "poolformer",
        new("PoolFormerImageProcessor", edge(224), 3, IMAGENET, crop_pct=0.95, do_center_crop=True, crop_size=square(224)),
    ),
    "poolformer, crop_pct null": (
        "poolformer",
        new("PoolFormerImageProcessor", edge(240), 3, IMAGENET, crop_pct=None, do_center_crop=True, crop_size=square(224)),
    ),
    "poolformer fast, square": (
        "poolformer",
        new("PoolFormerImageProcessorFast", square(224), 3, IMAGENET, crop_pct=0.9, do_center_crop=True, crop_size=square(224)),
    ),
    "google/mobilenet_v1_1.0_224": (
        "mobilenet_v1",
        new("MobileNetV1ImageProcessor", edge(256), 2, HALVES, do_center_crop=True, crop_size=square(224)),
    ),
    "google/mobilenet_v2_1.0_224": (
        "mobilenet_v2",
        new("MobileNetV2ImageProcessor", edge(256), 2, HALVES, do_center_crop=True, crop_size=square(224)),
    ),
    "apple/mobilevit-small": (
        "mobilevit",
        {
            "crop_size": 256,
            "do_center_crop": True,
            "do_flip_channel_order": True,
            "do_resize": True,
            "feature_extractor_type": "MobileViTFeatureExtractor",
            "resample": 2,
            "size": 288,
        },
    ),
    "apple/mobilevitv2-1.0-imagenet1k-256": (
        "mobilevitv2",
        new("MobileViTImageProcessor", edge(288), 2, {}, do_center_crop=True, crop_size=square(256), do_flip_channel_order=True),
    ),
    "mobilevit fast, not flipped": (
        "mobilevit",
        new("MobileViTImageProcessorFast", edge(288), 2, HALVES, do_center_crop=True, crop_size=square(256), do_flip_channel_order=False),
    ),
    "google/efficientnet-b0": (
        "efficientnet",
        new(
            "EfficientNetImageProcessor",
            square(224),
            0,
            {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.47853944, 0.4732864, 0.47434163]},
            crop_size=square(289),
            do_center_crop=False,
            include_top=True,
            rescale_offset=False,
        ),
    ),
    "efficientnet, offset": (
        "efficientnet",
        new("EfficientNetImageProcessor", square(240), 2, IMAGENET, do_center_crop=True, crop_size=square(224), include_top=False)
        | {"rescale_offset": True, "rescale_factor": 1 / 127.5},
    ),
    "efficientnet fast": (
        "efficientnet",
        new("EfficientNetImageProcessorFast", square(224), 0, IMAGENET, do_center_crop=False, include_top=True, rescale_offset=True),
    ),
    "facebook/dinov2-base-imagenet1k-1-layer": (
        "dinov2",
        new("BitImageProcessor", edge(256), 3, IMAGENET, do_center_crop=True, crop_size=square(224), do_convert_rgb=True),
    ),
    "google/bit-50": (
        "bit",
        new("BitImageProcessor", edge(448), 2, HALVES, do_center_crop=True, crop_size=square(448), do_convert_rgb=True),
    ),
    "microsoft/focalnet-tiny": (
        "focalnet",
        new("BitImageProcessor", edge(256), 2, IMAGENET, do_center_crop=True, crop_size=square(224), do_convert_rgb=True),
    ),
    "facebook/hiera-tiny-224-in1k-hf": (
        "hiera",
        new("BitImageProcessor", edge(256), 3, IMAGENET, do_center_crop=True, crop_size=square(224), do_convert_rgb=True),
    ),
    "google/vit-hybrid-base-bit-384": (
        "vit-hybrid",
        new("ViTHybridImageProcessor", edge(384), 2, HALVES, do_center_crop=True, crop_size=square(384), do_convert_rgb=True),
    ),
    "openai/clip-vit-base-patch32": ("clip", old("CLIP", 224, 3, OPENAI, crop_size=224, do_center_crop=True)),
    "clip, defaults only": ("clip", {"image_processor_type": "CLIPImageProcessor"}),
    "clip fast, odd crop": (
        "clip",
        new("CLIPImageProcessorFast", edge(256), 3, OPENAI, do_center_crop=True, crop_size={"height": 201, "width": 160}),
    ),
    "clip, stretched, then cropped": (
        "clip",
        new("CLIPImageProcessor", square(251), 3, OPENAI, do_center_crop=True, crop_size=square(224)),
    ),
    "google/siglip-base-patch16-224": ("siglip", new("SiglipImageProcessor", square(224), 3, HALVES, do_convert_rgb=None)),
    "siglip fast": ("siglip", new("SiglipImageProcessorFast", square(224), 3, HALVES)),
    "Zetatech/pvt-tiny-224": ("pvt", new("PvtImageProcessor", square(224), 2, IMAGENET)),
    "OpenGVLab/pvt_v2_b0": ("pvt_v2", new("PvtImageProcessor", square(224), 2, IMAGENET)),
    "snap-research/efficientformer-l1-300": (
        "efficientformer",
        new("EfficientFormerImageProcessor", edge(256), 3, IMAGENET, do_center_crop=True, crop_size=square(224)),
    ),
    "nvidia/mit-b0": ("segformer", old("Segformer", 512, 2, IMAGENET, reduce_labels=False)),
    "MBZUAI/swiftformer-xs": ("swiftformer", new("ViTImageProcessor", square(224), 3, IMAGENET)),
    "facebook/flava-full": ("flava", new("FlavaImageProcessor", square(224), 3, OPENAI, do_center_crop=True, crop_size=square(224))),
    "blip": ("blip", new("BlipImageProcessor", square(384), 3, OPENAI)),
    "facebook/dinov3-vits16-pretrain-lvd1689m": ("dinov3_vit", new("DINOv3ViTImageProcessorFast", square(224), 2, IMAGENET)),
}

TIMM = {
    "timm/resnet50.a1_in1k": timm(
        input_size=[3, 224, 224],
        test_input_size=[3, 288, 288],
        interpolation="bicubic",
        crop_pct=0.95,
        test_crop_pct=1.0,
        mean=[0.485, 0.456, 0.406],
        std=[0.229, 0.224, 0.225],
    ),
    "timm/vit_base_patch16_224.augreg_in1k": timm(
        input_size=[3, 224, 224], interpolation="bicubic", crop_pct=0.9, crop_mode="center", mean=[0.5] * 3, std=[0.5] * 3
    ),
    "timm/mobilenetv3_large_100.ra_in1k": timm(
        input_size=[3, 224, 224], interpolation="bilinear", crop_pct=0.875, mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]
    ),
    "timm/eva02_base_patch14_448.mim_in22k_ft_in22k_in1k": timm(
        input_size=[3, 448, 448],
        interpolation="bicubic",
        crop_pct=1.0,
        crop_mode="squash",
        mean=[0.48145466, 0.4578275, 0.40821073],
        std=[0.26862954, 0.26130258, 0.27577711],
    ),
    "timm/maxvit_tiny_tf_384.in1k": timm(
        input_size=[3, 384, 384], interpolation="bicubic", crop_pct=0.95, crop_mode="squash", mean=[0.5] * 3, std=[0.5] * 3
    ),
    "timm, defaults only": timm(crop_pct=0.93),
}


def drawn(width, height, channels):
    """Hard edges and noise, from integer arithmetic alone."""
    y, x, c = np.mgrid[0:height, 0:width, 0:channels].astype(np.int64)
    noise = (x * 7919 + y * 104729 + c * 1299709) % 65521 * 31 % 256
    stripes = 255 * ((x // 5 + y // 3 + c) % 2)
    pixels = np.where((x + y) % 4 < 2, noise, stripes).astype(np.uint8)
    return Image.fromarray(pixels if channels == 3 else pixels[:, :, 0]).convert("RGB")


def sampled(processor):
    answers = []
    for image in IMAGES:
        values = np.asarray(processor(drawn(*image), return_tensors="pt")["pixel_values"][0], dtype=np.float64)
        flat = values.reshape(-1)
        at = [(k * 1_000_003 + 17 * k * k) % flat.size for k in range(SAMPLES)]
        answers.append(
            {
                "image": image,
                "shape": values.shape,
                "means": [float(f"{mean:.6g}") for mean in values.mean(axis=(1, 2))],
                "values": [float(f"{flat[i]:.6g}") for i in at],
            }
        )
    return answers


def main():
    from transformers import AutoImageProcessor

    lines = []
    for name, (model_type, preprocessor) in CASES.items():
        lines.append({"name": name, "config.json": {"model_type": model_type}, "preprocessor_config.json": preprocessor})
    for name, config in TIMM.items():
        lines.append({"name": name, "config.json": config})
    with open(sys.argv[1], "w", encoding="utf-8", newline="\n") as table:
        for line in lines:
            with tempfile.TemporaryDirectory() as folder:
                for file in ("config.json", "preprocessor_config.json"):
                    if file in line:
                        Path(folder, file).write_text(json.dumps(line[file]))
                try:
                    line["answers"] = sampled(AutoImageProcessor.from_pretrained(folder))
                except Exception as e:  # a configuration that transformers itself refuses is a mistake in this file
                    raise RuntimeError(line["name"]) from e
            table.write(json.dumps(line, separators=(",", ":")) + "\n")


main()
