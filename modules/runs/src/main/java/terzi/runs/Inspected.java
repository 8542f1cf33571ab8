package terzi.runs;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The content of an ONNX file.
 *
 * @param file the ONNX file
 * @param bytes its size
 * @param irVersion version of the ONNX format
 * @param opsets version of each operator set by its domain; ONNX's own domain is empty
 * @param producer name and version of the program that wrote the file; may be empty
 * @param network inputs, outputs and layers; in JSON its keys stand beside the others
 * @param labels the labels of a classifier or a converted network, in the order of its outputs; empty without
 * @param strangeness whether a classifier computes how unlike the training images an image is
 * @param predictionSets whether a classifier has prediction sets
 * @param digest whether the file is as it was when it was written
 * @param metadata all metadata of the file by key
 */
public record Inspected(
        Path file,
        long bytes,
        long irVersion,
        Map<String, Long> opsets,
        String producer,
        @JsonUnwrapped NetworkSummary network,
        List<String> labels,
        boolean strangeness,
        boolean predictionSets,
        Digest digest,
        Map<String, String> metadata) {
    /** The digest in the metadata against that of the file. */
    public enum Digest {
        /** The file has none, as any ONNX file that is not a classifier file. */
        NONE,
        /** The file is as it was written. */
        FITS,
        /** The file was changed after it was exported. */
        DIFFERS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Checks and copies the components.
     *
     * @param file the ONNX file
     * @param bytes its size
     * @param irVersion version of the ONNX format
     * @param opsets version of each operator set by its domain
     * @param producer name and version of the program that wrote the file
     * @param network inputs, outputs and layers
     * @param labels the labels of a classifier or a converted network, in the order of its outputs
     * @param strangeness whether a classifier computes how unlike the training images an image is
     * @param predictionSets whether a classifier has prediction sets
     * @param digest whether the file is as it was when it was written
     * @param metadata all metadata of the file by key
     */
    public Inspected {
        opsets = Collections.unmodifiableMap(new LinkedHashMap<>(opsets));
        labels = List.copyOf(labels);
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** {@return the version of ONNX's own operator set; 0 if the file imports none} */
    public long opset() {
        return opsets.getOrDefault("", 0L);
    }
}
