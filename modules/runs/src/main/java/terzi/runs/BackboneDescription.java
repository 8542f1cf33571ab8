package terzi.runs;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import terzi.backbones.BackboneCard;

/**
 * A pretrained network of the catalogue, or of a file.
 *
 * @param name by which it is opened
 * @param description in one sentence
 * @param source where it is fetched from
 * @param digest SHA-256 of what is fetched
 * @param licence of the weights
 * @param origin who trained it on what
 * @param paper that describes it; may be empty
 * @param parameters numbers that training changes
 * @param downloadBytes size of the download
 * @param imagenetTop1 accuracy on ImageNet that its authors state, 0 to 1; empty if it is not known
 * @param preprocessing how images are prepared for it, in words
 * @param features where its features are: {@code pooled}, {@code cls}, {@code mean}, {@code cls+mean} or {@code
 *     pooler_output}
 * @param sizeMultiple width and height of images must be multiples of it; 0 if the network takes only its own size
 * @param licenceToAccept name under which the licence must be accepted before a download; empty if it need not be
 * @param remarks to know before use, a sentence each
 */
public record BackboneDescription(
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
        String preprocessing,
        String features,
        int sizeMultiple,
        Optional<String> licenceToAccept,
        List<String> remarks) {

    /**
     * Checks and copies the components.
     *
     * @param name by which it is opened
     * @param description in one sentence
     * @param source where it is fetched from
     * @param digest SHA-256 of what is fetched
     * @param licence of the weights
     * @param origin who trained it on what
     * @param paper that describes it
     * @param parameters numbers that training changes
     * @param downloadBytes size of the download
     * @param imagenetTop1 accuracy on ImageNet that its authors state
     * @param preprocessing how images are prepared for it, in words
     * @param features where its features are
     * @param sizeMultiple width and height of images must be multiples of it
     * @param licenceToAccept name under which the licence must be accepted before a download
     * @param remarks to know before use, a sentence each
     */
    public BackboneDescription {
        remarks = List.copyOf(remarks);
    }

    /**
     * {@return the description on a card}
     *
     * @param card the card
     */
    public static BackboneDescription of(BackboneCard card) {
        return new BackboneDescription(
                card.name(),
                card.description(),
                card.source(),
                card.digest(),
                card.licence(),
                card.origin(),
                card.paper(),
                card.parameters(),
                card.downloadBytes(),
                card.imagenetTop1(),
                NetworkText.preprocessing(card.preprocessing()),
                card.use().features().toString(),
                card.use().sizeMultiple(),
                card.use().licenceToAccept(),
                card.remarks());
    }
}
