package terzi.data;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import terzi.files.FileNames;

/**
 * Recognises datasets for object detection and segmentation, whose images have boxes or masks in a folder of their own
 * instead of one label each: YOLO ({@code images/} and {@code labels/}), COCO ({@code train2017/} and {@code annotations/}),
 * Pascal VOC ({@code JPEGImages/} and {@code Annotations/}), masks beside images.
 */
final class DetectionLayout {
    private static final Set<String> ANNOTATIONS = Set.of(
            "labels",
            "label",
            "annotations",
            "annotation",
            "annots",
            "bboxes",
            "boxes",
            "labelstxt",
            "masks",
            "mask",
            "segmentations",
            "segmentation",
            "segmentationclass",
            "groundtruth",
            "gt");
    private static final Set<String> IMAGES =
            Set.of("images", "image", "imgs", "img", "jpegimages", "pictures", "photos", "data", "frames");

    private DetectionLayout() {}

    /** A sentence that says what a folder looks like; empty for one that does not look like that. */
    static Optional<String> in(SeenFolder folder) {
        List<SeenFolder> filled = folder.filled();
        Optional<SeenFolder> annotations =
                filled.stream().filter(f -> is(f, ANNOTATIONS)).findFirst();
        Optional<SeenFolder> images = filled.stream()
                .filter(f -> is(f, IMAGES) || isPlainPart(f))
                .filter(SeenFolder::reachesImages)
                .findFirst();
        if (annotations.isEmpty() || images.isEmpty()) {
            return Optional.empty();
        }
        String found = FileNames.text(folder.path()) + ": this looks like a dataset for object detection or"
                + " segmentation: " + images.get().name() + " holds images, "
                + annotations.get().name() + " holds "
                + (annotations.get().reachesImages() ? "masks" : "boxes or masks") + " for them. ";
        List<SeenFolder> inside = images.get().filled();
        boolean classes = inside.size() >= 2
                && images.get().images() == 0
                && inside.stream().noneMatch(f -> PartName.of(f.name()).isPresent());
        return Optional.of(found
                + (classes
                        ? "The folders in " + images.get().name() + " may be the classes; then give "
                                + FileNames.text(images.get().path())
                        : "A classifier needs one label for each image: a folder for each class, or a .csv list with"
                                + " the columns path and label"));
    }

    private static boolean isPlainPart(SeenFolder folder) {
        return PartName.of(folder.name()).isPresent()
                && folder.images() > 0
                && folder.filled().isEmpty();
    }

    private static boolean is(SeenFolder folder, Set<String> names) {
        return names.contains(folder.name().toLowerCase(Locale.ROOT).replaceAll("[-_ ]", ""));
    }
}
