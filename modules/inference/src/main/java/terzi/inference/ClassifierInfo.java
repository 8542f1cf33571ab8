package terzi.inference;

import java.beans.Transient;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.images.Preprocessing;

/**
 * The description of a classifier.
 *
 * @param formatVersion version of the file format, see docs/classifier-file.md; 0 for a network that is not
 *     a classifier file
 * @param labels the labels, in the order of the outputs
 * @param channels of the images that the network takes: 3 (RGB) or 1 (gray); others are converted
 * @param temperature the divisor of the logits before the softmax
 * @param features whether the file gives the {@code features} output
 * @param activationMap whether the file gives the {@code activation_map} output
 * @param strangeness whether the file gives the {@code strangeness} output
 * @param preprocessing how the network's input is made from an image: inside the file, or here where the file is a bare
 *     network; not part of the JSON, which has it in the metadata of a classifier file
 * @param predictionSets for {@link Prediction#set}, if the file has them; not part of the JSON either
 * @param metadata all metadata of the file, also the entries of other programs
 */
public record ClassifierInfo(
        int formatVersion,
        List<String> labels,
        int channels,
        float temperature,
        boolean features,
        boolean activationMap,
        boolean strangeness,
        @Transient Optional<Preprocessing> preprocessing,
        @Transient Optional<PredictionSets> predictionSets,
        Map<String, String> metadata) {

    /**
     * Creates a description from copies of labels and metadata.
     *
     * @param formatVersion version of the file format, see docs/classifier-file.md; 0 for a network that is not a
     *     classifier file
     * @param labels the labels, in the order of the outputs
     * @param channels of the images that the network takes: 3 (RGB) or 1 (gray); others are converted
     * @param temperature the divisor of the logits before the softmax
     * @param features whether the file gives the {@code features} output
     * @param activationMap whether the file gives the {@code activation_map} output
     * @param strangeness whether the file gives the {@code strangeness} output
     * @param preprocessing how the network's input is made from an image: inside the file, or here where the file is a
     *     bare network; not part of the JSON, which has it in the metadata of a classifier file
     * @param predictionSets for {@link Prediction#set}, if the file has them; not part of the JSON either
     * @param metadata all metadata of the file, also the entries of other programs
     */
    public ClassifierInfo {
        labels = List.copyOf(labels);
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata)); // keeps the file's order
    }
}
