package terzi.runs;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.file.Path;
import java.util.List;

/**
 * A Keras network as an ONNX file.
 *
 * @param source the Keras file
 * @param file the ONNX file
 * @param bytes size of the ONNX file
 * @param description the network in one sentence
 * @param digest of the source
 * @param network inputs, outputs and layers; in JSON its keys stand beside the others
 * @param preprocessing how images are prepared for the network, in words
 * @param labels the labels that the file keeps, in the order of its outputs; empty without
 * @param remarks assumptions about what the source does not say, a sentence each
 */
public record Converted(
        Path source,
        Path file,
        long bytes,
        String description,
        String digest,
        @JsonUnwrapped NetworkSummary network,
        String preprocessing,
        List<String> labels,
        List<String> remarks) {
    /**
     * Checks and copies the components.
     *
     * @param source the Keras file
     * @param file the ONNX file
     * @param bytes size of the ONNX file
     * @param description the network in one sentence
     * @param digest of the source
     * @param network inputs, outputs and layers
     * @param preprocessing how images are prepared for the network, in words
     * @param labels the labels that the file keeps, in the order of its outputs
     * @param remarks assumptions about what the source does not say, a sentence each
     */
    public Converted {
        labels = List.copyOf(labels);
        remarks = List.copyOf(remarks);
    }
}
