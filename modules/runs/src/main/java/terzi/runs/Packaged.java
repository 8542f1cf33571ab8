package terzi.runs;

import java.nio.file.Path;
import java.util.List;

/**
 * A classifier file that was written of a trained network.
 *
 * @param model the network, as it was named
 * @param file the classifier file
 * @param bytes size of the file
 * @param sha256 digest in the file
 * @param preprocessing how images are prepared, in words
 * @param labels labels in the order of the outputs
 * @param goldens number of drawn images on which the file was compared
 * @param logitDifference largest |difference| of a logit to the network alone
 * @param probabilityDifference largest |difference| of a probability to the network as it was given; 0 where it was not an ONNX file
 * @param remarks assumptions and limitations, a sentence each
 */
public record Packaged(
        String model,
        Path file,
        long bytes,
        String sha256,
        String preprocessing,
        List<String> labels,
        int goldens,
        double logitDifference,
        double probabilityDifference,
        List<String> remarks) {
    /**
     * Copies the lists.
     *
     * @param model the network, as it was named
     * @param file the classifier file
     * @param bytes size of the file
     * @param sha256 digest in the file
     * @param preprocessing how images are prepared, in words
     * @param labels labels in the order of the outputs
     * @param goldens number of drawn images on which the file was compared
     * @param logitDifference largest |difference| of a logit to the network alone
     * @param probabilityDifference largest |difference| of a probability to the network as it was given
     * @param remarks assumptions and limitations, a sentence each
     */
    public Packaged {
        labels = List.copyOf(labels);
        remarks = List.copyOf(remarks);
    }
}
