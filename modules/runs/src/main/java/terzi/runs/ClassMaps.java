package terzi.runs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import terzi.export.ClassifierFile;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.inference.ActivationMap;
import terzi.inference.HeatMap;
import terzi.inference.ImageClassifier;
import terzi.inference.Outputs;
import terzi.onnx.Model;
import terzi.onnx.shapes.ReceptiveField;
import terzi.training.run.GradCam;

/** Where heat maps come from: the classifier file itself, or the gradients of the network in it. */
sealed interface ClassMaps extends AutoCloseable {

    /** The heat of a class, for an image with these outputs. */
    HeatMap map(Image image, Outputs outputs, int label);

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
                            + " a head on what was pooled; explain it by gradients, with withMap(...) gradcam or auto");
        }
        return own && choice != MapChoice.GRADCAM
                ? new OfFile(preprocessing, ReceptiveField.of(network, "activation_map"))
                : new ByGradient(preprocessing, GradCam.of(network, preprocessing));
    }

    /** The activation maps that the file computes. */
    record OfFile(Preprocessing preprocessing, Optional<ReceptiveField> field) implements ClassMaps {
        @Override
        public HeatMap map(Image image, Outputs outputs, int label) {
            ActivationMap map = outputs.contrastMap(0, label).orElseThrow();
            return HeatMap.of(map, image, preprocessing, cells(field));
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
        public HeatMap map(Image image, Outputs outputs, int label) {
            GradCam.ClassMap map = cam.map(image, label);
            ActivationMap values = new ActivationMap(map.width(), map.height(), map.values());
            return HeatMap.of(values, image, preprocessing, cells(cam.receptiveField()));
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

    private static Optional<HeatMap.Cells> cells(Optional<ReceptiveField> field) {
        return field.map(of -> new HeatMap.Cells(of.firstX(), of.stepX(), of.firstY(), of.stepY()));
    }
}
