package terzi.evaluation.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import terzi.evaluation.LabelErrors;
import terzi.images.Image;

/** What {@code labelErrors.jte} shows: images whose label is probably wrong. */
record LabelSection(LabelErrors errors, List<Card> cards) {
    /** More would not be looked at; the file has them all. */
    static final int MOST = 60;

    /** Two lines of images on a usual screen; the others unfold. */
    private static final int FIRST = 14;

    /**
     * An image with its label and the likelier one.
     *
     * @param image empty where it cannot be had
     */
    record Card(LabelErrors.Suspect suspect, Optional<Thumbnail> image, Optional<String> link) implements ShownFile {
        @Override
        public String id() {
            return suspect.id();
        }
    }

    /** @param folder of the page, which links are relative to */
    static LabelSection of(LabelErrors errors, ImageSource images, Path folder) throws IOException {
        List<Card> cards = new ArrayList<>();
        for (LabelErrors.Suspect suspect : errors.likely().stream().limit(MOST).toList()) {
            Optional<Image> image = images.image(suspect.row());
            cards.add(new Card(
                    suspect,
                    image.isPresent() ? Optional.of(Thumbnail.of(image.get())) : Optional.empty(),
                    images.file(suspect.row()).map(file -> FileLink.of(folder, file))));
        }
        return new LabelSection(errors, cards);
    }

    List<Card> first() {
        return cards.subList(0, Math.min(FIRST, cards.size()));
    }

    List<Card> further() {
        return cards.subList(first().size(), cards.size());
    }

    /** How many labels look wrong, and how far that can be relied on. */
    String sentence() {
        if (errors.isConclusive()) {
            return "About " + Counted.of(errors.estimate(), "label looks", "labels look") + " wrong, "
                    + Numbers.tenths((double) errors.estimate() / errors.images()) + " % of "
                    + Counted.of(errors.images(), "image")
                    + ". Hard images with right labels are among them: look at each before you change it.";
        }
        return "With fewer than 20 images per class, wrong labels cannot be told from hard images, so this is only an order"
                + " to look in and not an estimate.";
    }
}
