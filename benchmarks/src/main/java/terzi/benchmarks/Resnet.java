package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import terzi.files.Cache;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.onnx.rewrite.FoldBatchNorm;
import terzi.onnx.rewrite.ReplaceHead;
import terzi.onnx.rewrite.StripTraining;
import terzi.onnx.rewrite.Untie;

/** The pretrained ResNet-50 as {@code ./terzi backbones pull resnet50} leaves it in the cache. */
final class Resnet {
    private Resnet() {}

    static Path file() throws IOException {
        Path file = Cache.folder().resolve("backbones").resolve("resnet50-1.onnx");
        if (!Files.isRegularFile(file)) {
            throw new IOException("no " + file + ": get it with ./terzi backbones pull resnet50");
        }
        return file;
    }

    static Preprocessing preprocessing(int size) {
        return new Preprocessing(
                size,
                size,
                Preprocessing.Channels.BGR,
                Preprocessing.Fit.STRETCH,
                0,
                List.of(103.939f, 116.779f, 123.68f),
                List.of(1f, 1f, 1f),
                1f);
    }

    /** With an untrained head for so many classes. */
    static Model withHead(Model pretrained, int classes) {
        return ReplaceHead.apply(pretrained, ReplaceHead.find(pretrained), classes, 1);
    }

    /** As fine-tuning prepares it. */
    static Model prepared(Model withHead) {
        return FoldBatchNorm.apply(Untie.apply(StripTraining.apply(withHead)));
    }
}
