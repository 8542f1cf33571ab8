package terzi.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import terzi.files.WholeFile;
import terzi.inference.ClassifierDigest;
import terzi.inference.ClassifierFileException;
import terzi.inference.ClassifierOptions;
import terzi.inference.Device;
import terzi.inference.ImageClassifier;
import terzi.onnx.Model;
import terzi.onnx.codec.ModelFile;

/**
 * Makes classifier files: self-contained ONNX models that take images and give calibrated probabilities. The format is
 * specified in {@code docs/classifier-file.md}.
 */
public final class ClassifierFile {

    /** The version of the format that is written. */
    public static final String FORMAT_VERSION = "2";

    /** The largest |difference| of a logit between the file and the training engine that is accepted. */
    public static final double TOLERANCE = 1e-4;

    /** Or this part of the largest |logit|, if that is more: float32 cannot hold large logits more exactly. */
    public static final double RELATIVE_TOLERANCE = 1e-5;

    private ClassifierFile() {}

    /**
     * Puts everything around the network: resize, crop, normalisation, softmax, metadata.
     *
     * @param network one float input {@code [N, C, H, W]} of the size that the preprocessing gives, first output the
     *     logits {@code [N, K]}; opset 18 or newer. Outputs named {@code features} {@code [N, F]}, {@code
     *     activation_map} {@code [N, K, h, w]} and {@code strangeness} {@code [N]} (0..1) are handed through
     * @param spec preprocessing, labels, temperature and metadata
     * @return the model without goldens and digest; {@link #write} gives a complete file
     * @throws IllegalArgumentException if the network does not fit the specification
     */
    public static Model assemble(Model network, ClassifierSpec spec) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(MetadataKeys.FORMAT, FORMAT_VERSION);
        metadata.put(MetadataKeys.LABELS, SpecJson.labels(spec.labels()));
        metadata.put(MetadataKeys.PREPROCESSING, SpecJson.preprocessing(spec.preprocessing()));
        metadata.put(MetadataKeys.TEMPERATURE, Float.toString(spec.temperature()));
        metadata.put(MetadataKeys.VERSION, TerziVersion.current());
        metadata.putAll(spec.metadata());
        return new Assembly(network, spec).build().withMetadata(metadata);
    }

    /**
     * Writes a classifier file after it has proved itself: it is loaded through ONNX Runtime and must repeat the logits
     * of the goldens within {@link #TOLERANCE}. The target appears complete or not at all; a file that is there is
     * replaced at the end.
     *
     * @param network network as for {@link #assemble}
     * @param spec preprocessing, labels, temperature and metadata
     * @param goldens at least one, a few: they are stored in the file
     * @param target file to write, in a folder that exists
     * @return size, digest and agreement of the file
     * @throws ParityException if the answers differ
     * @throws IOException if the file cannot be written
     * @throws IllegalArgumentException if network, specification and goldens do not fit together
     */
    public static ExportReport write(Model network, ClassifierSpec spec, List<Golden> goldens, Path target)
            throws IOException {
        requireGoldens(goldens, spec.labels().size());
        Model model = assemble(network, spec).withMetadata(MetadataKeys.GOLDEN, SpecJson.goldens(goldens));
        return replace(target, seal(model), part -> compare(part, target));
    }

    /**
     * Does all that {@link #write} does, in memory: finds out whether a network can become a classifier file.
     *
     * @param network network as for {@link #assemble}
     * @param spec preprocessing, labels, temperature and metadata
     * @param goldens at least one
     * @throws ParityException if the answers differ
     * @throws IOException if ONNX Runtime refuses the file
     * @throws IllegalArgumentException if network, specification and goldens do not fit together
     */
    public static void rehearse(Model network, ClassifierSpec spec, List<Golden> goldens) throws IOException {
        requireGoldens(goldens, spec.labels().size());
        byte[] file = seal(assemble(network, spec));
        try (ImageClassifier classifier =
                ImageClassifier.load(file, ClassifierOptions.defaults().withDevice(Device.cpu()))) {
            Parity.of(classifier, goldens, "network " + network.graph().name());
        }
    }

    /**
     * Runs the goldens of a file again, on this machine.
     *
     * @param file classifier file
     * @return size, digest and agreement of the file
     * @throws ParityException if the answers differ by more than {@link #TOLERANCE}
     * @throws ClassifierFileException if it is not an intact classifier file
     * @throws IOException if it cannot be read
     */
    public static ExportReport verify(Path file) throws IOException {
        return compare(file, file);
    }

    /**
     * Adds metadata to a file, or replaces it, for example {@link MetadataKeys#METRICS} after an evaluation; the
     * network and all else stay byte for byte, and the digest is computed again.
     *
     * @param file classifier file
     * @param metadata entries to add, by key
     * @throws IllegalArgumentException for a key that the format itself fills, or prediction sets that do not fit the
     *     labels
     * @throws ClassifierFileException if the file is damaged: a new digest would hide it
     * @throws IOException if it cannot be read or written
     */
    public static void updateMetadata(Path file, Map<String, String> metadata) throws IOException {
        for (String key : metadata.keySet()) {
            if (MetadataKeys.OWNED.contains(key)) {
                throw new IllegalArgumentException(
                        "metadata '" + key + "' is filled by the format itself; leave it out");
            }
        }
        Model model = read(file);
        Map<String, String> all = new LinkedHashMap<>(model.metadata());
        all.putAll(metadata);
        MetadataKeys.requireSets(
                metadata, SpecJson.labels(required(all, MetadataKeys.LABELS)).size());
        replace(file, seal(model.withMetadata(all)), part -> ClassifierDigest.verify(part));
    }

    /**
     * Reads what a file was made with, without its goldens.
     *
     * @param file classifier file
     * @return preprocessing, labels, temperature and metadata
     * @throws ClassifierFileException if it is not an intact classifier file
     * @throws IOException if it cannot be read
     */
    public static ClassifierSpec readSpec(Path file) throws IOException {
        Map<String, String> metadata = read(file).metadata();
        Map<String, String> more = new TreeMap<>(metadata);
        more.keySet().removeAll(MetadataKeys.OWNED);
        try {
            return new ClassifierSpec(
                    SpecJson.preprocessing(required(metadata, MetadataKeys.PREPROCESSING)),
                    SpecJson.labels(required(metadata, MetadataKeys.LABELS)),
                    Float.parseFloat(required(metadata, MetadataKeys.TEMPERATURE)),
                    more);
        } catch (IllegalArgumentException e) {
            throw new ClassifierFileException(file + ": the metadata does not fit together: " + e.getMessage(), e);
        }
    }

    /**
     * Reads the network inside a file, without the parts that prepare images and answers.
     *
     * @param file classifier file
     * @return network with one float input {@code [N, C, H, W]} as the preprocessing gives it, first output the logits
     *     {@code [N, K]}, then {@code activation_map}, {@code features} and {@code strangeness} where the file has
     *     them
     * @throws ClassifierFileException if the file is damaged, or another program rebuilt its graph
     * @throws IOException if it cannot be read
     */
    public static Model readNetwork(Path file) throws IOException {
        Model model = read(file);
        return NetworkPart.of(model, SpecJson.preprocessing(required(model.metadata(), MetadataKeys.PREPROCESSING)));
    }

    /**
     * Reads the goldens of a file.
     *
     * @param file classifier file
     * @return images with their reference logits, at least one
     * @throws ClassifierFileException if it is not an intact classifier file
     * @throws IOException if it cannot be read
     */
    public static List<Golden> readGoldens(Path file) throws IOException {
        return SpecJson.goldens(required(read(file).metadata(), MetadataKeys.GOLDEN));
    }

    private static Model read(Path file) throws IOException {
        ClassifierDigest.verify(file);
        return ModelFile.read(file);
    }

    private static String required(Map<String, String> metadata, String key) throws ClassifierFileException {
        String value = metadata.get(key);
        if (value == null) {
            throw new ClassifierFileException("the metadata has no '" + key + "'; export the file again");
        }
        return value;
    }

    private static void requireGoldens(List<Golden> goldens, int classes) {
        if (goldens.isEmpty()) {
            throw new IllegalArgumentException(
                    "a classifier file is checked on golden images, found none; give a few with the logits of training");
        }
        for (Golden golden : goldens) {
            if (golden.logits().length != classes) {
                throw new IllegalArgumentException(
                        "golden image with " + golden.logits().length + " logits for " + classes + " labels");
            }
        }
    }

    private static byte[] seal(Model model) throws ClassifierFileException {
        byte[] bytes = ModelFile.toBytes(model.withMetadata(ClassifierDigest.KEY, ClassifierDigest.PLACEHOLDER));
        ClassifierDigest.seal(bytes);
        return bytes;
    }

    /** @param name of the file, for messages and the report: it may not have its final name yet */
    private static ExportReport compare(Path file, Path name) throws IOException {
        ClassifierOptions options = ClassifierOptions.defaults().withDevice(Device.cpu());
        try (ImageClassifier classifier = ImageClassifier.load(file, options)) {
            Map<String, String> metadata = classifier.info().metadata();
            List<Golden> goldens = SpecJson.goldens(required(metadata, MetadataKeys.GOLDEN));
            Parity parity = Parity.of(classifier, goldens, name.toString());
            return new ExportReport(
                    name,
                    Files.size(file),
                    required(metadata, ClassifierDigest.KEY),
                    goldens.size(),
                    parity.difference(),
                    parity.difference() / Math.max(1, parity.largest()));
        }
    }

    /** Writes beside the target, checks what was written, and only then lets it take the target's name. */
    private static <T> T replace(Path target, byte[] content, WholeFile.Check<T> check) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new NoSuchFileException(target.toString(), null, "the folder does not exist; make it first");
        }
        if (Files.isDirectory(target)) {
            throw new IOException(target + " is a folder; give the name of the file to write");
        }
        return WholeFile.checked(
                target,
                out -> {
                    try {
                        out.write(content);
                    } catch (IOException e) {
                        throw new IOException(
                                "cannot write " + target + " (" + content.length + " bytes, in folder " + folder + "): "
                                        + e + "; is the folder writable and is there room?",
                                e);
                    }
                },
                check);
    }
}
