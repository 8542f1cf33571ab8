package terzi.runs;

import java.io.IOException;
import java.util.List;
import terzi.backbones.Backbone;
import terzi.export.ClassifierFile;
import terzi.export.ClassifierSpec;
import terzi.export.ParityException;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.TensorType;
import terzi.training.finetune.FineTuner;
import terzi.training.recipe.FineTuningOptions;
import terzi.training.recipe.Recipe;
import terzi.training.run.TrainingEngine;
import terzi.training.run.TrainingException;

/**
 * Finds out before the first training step whether a network can be trained and exported: untrained, it goes all the way to a
 * classifier file, which must answer drawn images, one at a time, as the training engine answers all of them.
 */
final class NetworkCheck {
    private static final List<String> LABELS = List.of("a", "b");

    private NetworkCheck() {}

    /**
     * Checks a backbone with a drawn head.
     *
     * @return the backbone
     * @throws IOException when it cannot be fine-tuned or exported; the message says why
     */
    static Backbone backbone(String name, Backbone backbone, FineTuningOptions options) throws IOException {
        TrainingEngine.useThreads(
                options.training().execution().threads()); // starts libtorch, whose failure is not the network's
        String where = "backbone " + name + ": cannot be fine-tuned: ";
        try {
            FineTuner.Untrained untrained =
                    FineTuner.rehearse(backbone.network(), backbone.preprocessing(), options, LABELS.size());
            export(untrained.network(), new ClassifierSpec(untrained.preprocessing(), LABELS));
            return backbone;
        } catch (IllegalArgumentException | TrainingException e) {
            throw new IOException(where + reason(e, backbone.network().graph()), e);
        } catch (ParityException e) {
            throw new IOException(where + disagreement(e), e);
        }
    }

    /**
     * Checks the network of a recipe, with drawn values for weights of zeros, such as those of a new head: what lies before them
     * would not show in the logits.
     *
     * @return the network
     * @throws IOException when it cannot be trained or exported; the message says why
     */
    static Model network(Recipe recipe, Model network, List<String> labels) throws IOException {
        TrainingEngine.useThreads(recipe.training().execution().threads());
        String where = "recipe " + recipe.name() + ": the network cannot be trained: ";
        try {
            export(
                    TrainingEngine.withDrawnZeros(
                            network, recipe.training().execution().seed()),
                    new ClassifierSpec(recipe.input(), labels));
            return network;
        } catch (IllegalArgumentException | TrainingException e) {
            throw new IOException(where + reason(e, network.graph()), e);
        } catch (ParityException e) {
            throw new IOException(where + disagreement(e), e);
        }
    }

    private static void export(Model network, ClassifierSpec spec) throws IOException {
        ClassifierFile.rehearse(network, spec, DrawnGoldens.of(network, spec.preprocessing(), spec.labels()));
    }

    private static String disagreement(ParityException e) {
        return "on drawn images, " + e.getMessage() + " A network whose answer to an image depends on the others in its"
                + " batch must be exported again with a free batch axis";
    }

    /** The message without the name of the network, which has been named. */
    private static String reason(RuntimeException e, Graph graph) {
        String message = String.valueOf(e.getMessage());
        String name = "network " + graph.name();
        return (message.startsWith(name) ? message.substring(name.length()).replaceFirst("^:? ", "") : message)
                + fixedBatch(graph);
    }

    private static String fixedBatch(Graph graph) {
        boolean isFixed = graph.trueInputs().stream()
                .flatMap(input -> input.tensorType().flatMap(TensorType::shape).stream())
                .anyMatch(shape -> !shape.isEmpty() && shape.get(0) instanceof Dim.Fixed);
        return isFixed ? ". The network was exported for a fixed batch: export it again with a free batch axis" : "";
    }
}
