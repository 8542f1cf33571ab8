package terzi.cli;

import java.io.IOException;
import java.util.List;
import terzi.backbones.Backbone;
import terzi.export.ClassifierFile;
import terzi.export.ClassifierSpec;
import terzi.export.ParityException;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.TensorType;
import terzi.training.TrainingEngine;
import terzi.training.TrainingException;
import terzi.training.finetune.FineTuner;
import terzi.training.finetune.FineTuningOptions;

/**
 * Finds out before the first image is decoded whether a backbone can be fine-tuned and exported: with a drawn head it goes all
 * the way to a classifier file, which must answer drawn images, one at a time, as the training engine answers all of them.
 */
final class BackboneCheck {
    private static final List<String> LABELS = List.of("a", "b");

    private BackboneCheck() {}

    /**
     * Gives the backbone back if it can be used.
     *
     * @throws IOException when it cannot; the message says why
     */
    static Backbone checked(String name, Backbone backbone, FineTuningOptions options) throws IOException {
        TrainingEngine.useThreads(options.training().threads()); // starts libtorch, whose failure is not the network's
        String where = "--backbone " + name + ": cannot be fine-tuned: ";
        try {
            FineTuner.Untrained untrained =
                    FineTuner.rehearse(backbone.network(), backbone.preprocessing(), options, LABELS.size());
            ClassifierFile.rehearse(
                    untrained.network(),
                    new ClassifierSpec(untrained.preprocessing(), LABELS),
                    DrawnGoldens.of(untrained.network(), untrained.preprocessing(), LABELS));
            return backbone;
        } catch (IllegalArgumentException | TrainingException e) {
            throw new IOException(
                    where + e.getMessage() + fixedBatch(backbone.network().graph()), e);
        } catch (ParityException e) {
            throw new IOException(
                    where + "on drawn images, " + e.getMessage() + " A network whose answer to an image depends on the"
                            + " others in its batch must be exported again with a free batch axis",
                    e);
        }
    }

    private static String fixedBatch(Graph graph) {
        boolean isFixed = graph.trueInputs().stream()
                .flatMap(input -> input.tensorType().flatMap(TensorType::shape).stream())
                .anyMatch(shape -> !shape.isEmpty() && shape.get(0) instanceof Dim.Fixed);
        return isFixed ? ". The network was exported for a fixed batch: export it again with a free batch axis" : "";
    }
}
