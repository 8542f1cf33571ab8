package terzi.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import terzi.onnx.Model;

/**
 * Makes classifier files: self-contained ONNX models that take pictures and give calibrated probabilities. The format is
 * specified in {@code docs/classifier-file.md}.
 */
@SuppressWarnings("DoNotCallSuggester") // the bodies follow
public final class ClassifierFile {

    /** The largest |difference| of a logit between the file and the training engine that is accepted. */
    public static final double TOLERANCE = 1e-4;

    private ClassifierFile() {}

    /**
     * Puts everything around the network: resize, crop, normalisation, softmax, metadata.
     *
     * @param network one float input {@code [N, C, H, W]} of the size that the preprocessing gives, first output the logits
     *     {@code [N, K]}
     * @return the model without goldens and digest; {@link #write} gives a complete file
     * @throws IllegalArgumentException when the network does not fit the specification
     */
    public static Model assemble(Model network, ClassifierSpec spec) {
        throw new UnsupportedOperationException("assemble " + network.graph().name() + spec);
    }

    /**
     * Writes a classifier file after it has proved itself: it is loaded through ONNX Runtime and must repeat the logits of
     * the goldens within {@link #TOLERANCE}. The target appears complete or not at all.
     *
     * @param goldens at least one, a few: they are stored in the file
     * @throws ParityException when the answers differ
     * @throws IOException when the file cannot be written
     * @throws IllegalArgumentException when network, specification and goldens do not fit together
     */
    public static ExportReport write(Model network, ClassifierSpec spec, List<Golden> goldens, Path target)
            throws IOException {
        throw new UnsupportedOperationException("write " + network.graph().name() + spec + goldens + target);
    }

    /**
     * Runs the goldens of a file again, on this machine.
     *
     * @throws ParityException when the answers differ by more than {@link #TOLERANCE}
     * @throws terzi.inference.ClassifierFileException when it is no intact classifier file
     */
    public static ExportReport verify(Path file) throws IOException {
        throw new UnsupportedOperationException("verify " + file);
    }

    /**
     * Adds metadata to a file, or replaces it, for example {@link MetadataKeys#METRICS} after an evaluation; the network
     * and all else stay byte for byte, the digest is made anew.
     *
     * @throws IllegalArgumentException for a key that the format itself fills
     */
    public static void updateMetadata(Path file, Map<String, String> metadata) throws IOException {
        throw new UnsupportedOperationException("update " + file + metadata);
    }

    /** Reads back what a file was made with, without its goldens. */
    public static ClassifierSpec readSpec(Path file) throws IOException {
        throw new UnsupportedOperationException("read " + file);
    }

    /** Reads the goldens of a file. */
    public static List<Golden> readGoldens(Path file) throws IOException {
        throw new UnsupportedOperationException("read " + file);
    }
}
