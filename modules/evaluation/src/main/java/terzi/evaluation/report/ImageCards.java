package terzi.evaluation.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import terzi.images.Image;

/** Makes the cards of images for a page. */
final class ImageCards {
    private final Report report;
    private final Path folder;

    /** @param folder of the page, which links are relative to */
    ImageCards(Report report, Path folder) {
        this.report = report;
        this.folder = folder;
    }

    /** Those of the rows whose image can be had. */
    List<SampleSheet.Shown> shown(List<Integer> rows) {
        List<SampleSheet.Shown> shown = new ArrayList<>();
        for (int row : rows) {
            report.images().image(row).ifPresent(image -> shown.add(new SampleSheet.Shown(row, image)));
        }
        return shown;
    }

    List<ImageCard> of(List<SampleSheet.Shown> shown) throws IOException {
        List<ImageCard> cards = new ArrayList<>();
        for (SampleSheet.Shown one : shown) {
            cards.add(card(one, Optional.empty()));
        }
        return cards;
    }

    /** With heat maps where the source has them. */
    List<ImageCard> withOverlays(List<SampleSheet.Shown> shown) throws IOException {
        List<ImageCard> cards = new ArrayList<>();
        for (SampleSheet.Shown one : shown) {
            cards.add(card(one, report.images().overlay(one.row())));
        }
        return cards;
    }

    private ImageCard card(SampleSheet.Shown one, Optional<Image> overlay) throws IOException {
        return new ImageCard(
                report.evaluation().predictions(),
                one.row(),
                Thumbnail.of(one.image()),
                overlay.isPresent() ? Optional.of(Thumbnail.of(overlay.get())) : Optional.empty(),
                report.images().file(one.row()).map(file -> FileLink.of(folder, file)));
    }
}
