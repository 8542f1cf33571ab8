package terzi.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import terzi.export.ClassifierFile;
import terzi.inference.ActivationMap;
import terzi.inference.ImageClassifier;
import terzi.inference.Outputs;
import terzi.onnx.Model;
import terzi.onnx.ReceptiveField;
import terzi.training.GradCam;
import terzi.vision.Picture;
import terzi.vision.Preprocessing;

/** Where heat maps come from: the classifier file itself, or the gradients of the network in it. */
sealed interface ClassMaps extends AutoCloseable {

    /** The heat of a class, for a picture with these outputs. */
    HeatMap map(Picture picture, Outputs outputs, int label);

    /** What it is, for people. */
    String method();

    @Override
    void close();

    static ClassMaps open(Path file, ImageClassifier classifier, MapChoice choice) throws IOException {
        Preprocessing preprocessing = ClassifierFile.readSpec(file).preprocessing();
        Model network = ClassifierFile.readNetwork(file);
        boolean own = classifier.info().activationMap();
        if (choice == MapChoice.CAM && !own) {
            throw new IOException(
                    file + ": has no class activation maps, because its network does not end in pooling and"
                            + " one linear layer; leave --map out to explain it by gradients");
        }
        return own && choice != MapChoice.GRADCAM
                ? new OfFile(
                        preprocessing,
                        fieldOfMaps(network),
                        classifier.info().labels().size())
                : new ByGradient(preprocessing, GradCam.of(network, preprocessing));
    }

    private static Optional<ReceptiveField> fieldOfMaps(Model network) {
        return ReceptiveField.of(network, "activation_map");
    }

    /**
     * The activation maps that the file computes. A softmax only sees how far a logit is above the others, so what speaks for a
     * class at a place is its map minus the mean of the maps of all classes.
     */
    record OfFile(Preprocessing preprocessing, Optional<ReceptiveField> field, int classes) implements ClassMaps {
        @Override
        public HeatMap map(Picture picture, Outputs outputs, int label) {
            ActivationMap wanted = outputs.activationMap(0, label).orElseThrow();
            float[] values = wanted.values();
            for (int other = 0; other < classes; other++) {
                float[] against = outputs.activationMap(0, other).orElseThrow().values();
                for (int i = 0; i < values.length; i++) {
                    values[i] -= against[i] / classes;
                }
            }
            return heat(preprocessing, field, picture, wanted.width(), wanted.height(), values);
        }

        @Override
        public String method() {
            return "class activation map";
        }

        @Override
        public void close() {}
    }

    /** Grad-CAM through the training engine. */
    record ByGradient(Preprocessing preprocessing, GradCam cam) implements ClassMaps {
        @Override
        public HeatMap map(Picture picture, Outputs outputs, int label) {
            GradCam.ClassMap map = cam.map(picture, label);
            return heat(preprocessing, cam.receptiveField(), picture, map.width(), map.height(), map.values());
        }

        @Override
        public String method() {
            return "Grad-CAM";
        }

        @Override
        public void close() {
            cam.close();
        }
    }

    private static HeatMap heat(
            Preprocessing preprocessing,
            Optional<ReceptiveField> field,
            Picture picture,
            int width,
            int height,
            float[] values) {
        HeatMap.View view = HeatMap.View.of(preprocessing, picture.width(), picture.height());
        return new HeatMap(width, height, values, preprocessing, field, view);
    }
}
