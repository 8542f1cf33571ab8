package terzi.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import terzi.data.DatasetReport.LeftOut;
import terzi.files.FileNames;

/**
 * Decides what the folders of a dataset are: its parts or its classes. Only sub-folders with files count; the names of parts
 * are those of {@link PartName}, in any case. In this order:
 *
 * <ol>
 *   <li>Images beside a folder of boxes or masks are refused ({@link DetectionLayout}).
 *   <li>A folder is a <em>part</em> if it is called like one and holds class folders, also in a folder of the same name once
 *       more ({@code train/train/<class>}) or called images ({@code train/images/<class>}). Two parts or more, or one with no other folder of images beside it, divide the
 *       data; every other folder is then left out and named. Two folders for the same part are refused.
 *   <li>One part alone beside other folders of images is a class like them where there are two of them or more
 *       ({@code train/steam}, {@code train/diesel}, {@code bus}, {@code car}), and this is noted; with one, or where its
 *       folders are called as the others are or as theirs, it is refused as ambiguous.
 *   <li>Folders that are called like parts, hold images and no class folders are refused where there are several of them, or
 *       nothing else; one beside other folders is a class, and this is noted.
 *   <li>Folders called {@code unlabeled} are left out and named; others for unlabelled images ({@code pred},
 *       {@code inference}) are classes unless the data is divided.
 *   <li>Without parts, a single folder that holds the class folders is refused with the path to give; so are class folders
 *       that each hold the parts ({@code cat/train}, {@code cat/test}).
 * </ol>
 *
 * <p>A folder called as one of the given labels is a class, whatever it is called.
 */
final class FolderLayout {
    /** A folder whose sub-folders are classes. */
    record PartFolder(ImageFiles.Part part, Path folder) {}

    /**
     * What was decided.
     *
     * @param parts in the order training, validation, test; or the root alone, undivided
     * @param classes of an undivided root, the folders that are classes; empty where it is divided
     */
    record Decision(List<PartFolder> parts, List<Path> classes, List<LeftOut> leftOut, List<String> notes) {
        boolean isDivided() {
            return parts.get(0).part() != ImageFiles.Part.UNDIVIDED;
        }
    }

    private final Path root;
    private final Set<String> known;
    private final SeenFolder top;
    private final List<LeftOut> leftOut;
    private final List<String> notes = new ArrayList<>();

    private FolderLayout(Path root, DatasetOptions options) throws IOException {
        this.root = root;
        this.known = options.labels().stream().map(Labels::normalized).collect(Collectors.toSet());
        this.top = SeenFolder.of(root);
        this.leftOut = new ArrayList<>(top.leftOut());
    }

    static Decision of(Path root, DatasetOptions options) throws IOException {
        return new FolderLayout(root, options).decide();
    }

    /** A folder that is called like a part. */
    private record Named(SeenFolder folder, PartName.Kind kind, SeenFolder classes) {
        boolean isPart() {
            return kind != PartName.Kind.UNLABELLED && !classes.filled().isEmpty();
        }

        String name() {
            return folder.name();
        }
    }

    private Decision decide() throws IOException {
        if (OwnOutput.isFolder(root)) {
            throw refused("this folder was written by Terzi (a run or a report); expected a folder of data");
        }
        refuseDetection(top);
        List<SeenFolder> filled = top.filled();
        List<Named> named = named(filled);
        for (Named one : named) {
            refuseDetection(one.folder());
        }
        Set<Path> namedPaths = named.stream().map(n -> n.folder().path()).collect(Collectors.toSet());
        List<SeenFolder> others =
                filled.stream().filter(f -> !namedPaths.contains(f.path())).toList();
        List<Named> parts = named.stream().filter(Named::isPart).toList();
        List<Named> plain = named.stream().filter(n -> !n.isPart()).toList();
        return parts.isEmpty() ? undivided(plain, others) : withParts(parts, plain, others);
    }

    private void refuseDetection(SeenFolder folder) throws DatasetException {
        boolean classes = folder.filled().stream().map(SeenFolder::label).anyMatch(known::contains);
        Optional<String> detection = classes ? Optional.empty() : DetectionLayout.in(folder);
        if (detection.isPresent()) {
            throw new DatasetException(detection.get());
        }
    }

    /** Folders called like parts; one with a word more only where a sibling has the same word. */
    private List<Named> named(List<SeenFolder> filled) {
        List<Named> named = new ArrayList<>();
        for (SeenFolder folder : filled) {
            Optional<PartName> name = known.contains(folder.label()) ? Optional.empty() : PartName.of(folder.name());
            if (name.isPresent() && (name.get().affix().isEmpty() || hasSibling(name.get(), filled))) {
                named.add(new Named(
                        folder, name.get().kind(), classesOf(folder, name.get().kind())));
            }
        }
        return named;
    }

    private static boolean hasSibling(PartName name, List<SeenFolder> filled) {
        return filled.stream()
                .flatMap(f -> PartName.of(f.name()).stream())
                .anyMatch(other -> other.affix().equals(name.affix()) && other.kind() != name.kind());
    }

    /** The folder with the class folders of a part: itself, or the only one inside of it that is called so or images. */
    private SeenFolder classesOf(SeenFolder part, PartName.Kind kind) {
        SeenFolder folder = part;
        while (folder.images() == 0) {
            List<SeenFolder> inside = folder.filled();
            if (inside.size() != 1) {
                break;
            }
            SeenFolder only = inside.get(0);
            boolean again =
                    PartName.of(only.name()).filter(name -> name.kind() == kind).isPresent();
            boolean wrapper = PartName.isWrapper(only.name()) && !known.contains(only.label());
            if (!again && !wrapper) {
                break;
            }
            folder = only;
        }
        return folder;
    }

    private Decision withParts(List<Named> parts, List<Named> plain, List<SeenFolder> others) throws DatasetException {
        List<SeenFolder> rivals =
                others.stream().filter(SeenFolder::reachesImages).toList();
        Set<PartName.Kind> kinds = parts.stream()
                .map(Named::kind)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(PartName.Kind.class)));
        if (kinds.size() > 1 || rivals.isEmpty()) {
            return divided(parts, plain, others, rivals);
        }
        Named first = parts.get(0);
        refuseTheSameClassesTwice(parts, rivals);
        Set<String> classes = first.classes().classNames();
        for (SeenFolder rival : rivals) {
            if (rival.classNames().stream().anyMatch(classes::contains)) {
                throw refused(
                        "the folders " + first.name() + " and " + rival.name() + " hold folders of the same names ("
                                + shortly(classes) + "), so they look like parts of a dataset, but '" + rival.name()
                                + "' does not name a part; expected one of " + PartName.SPELLINGS);
            }
        }
        List<Named> labelled =
                plain.stream().filter(n -> n.kind() != PartName.Kind.UNLABELLED).toList();
        boolean mixed = first.classes().images() > 0;
        if (parts.size() > 1 || !labelled.isEmpty() || (rivals.size() == 1 && !mixed)) {
            throw refused("the folder " + first.name() + " holds folders ("
                    + shortly(classes) + ") and is called like a part of a dataset, but beside it "
                    + (rivals.size() == 1 ? "is the folder " : "are the folders ")
                    + shortly(rivals.stream().map(SeenFolder::name).toList())
                    + " with images. If " + first.name() + " is the training or test part, move the others out of "
                    + FileNames.text(root) + "; if it is a class, put its images directly into it, or name the classes"
                    + " in a .csv list");
        }
        notes.add("the folder " + first.name() + " is taken as a class, because it lies beside "
                + shortly(rivals.stream().map(SeenFolder::name).toList())
                + "; if it is the training part, move the others away");
        return classes(
                Stream.concat(parts.stream().map(Named::folder), others.stream())
                        .toList(),
                plain);
    }

    private Decision divided(List<Named> parts, List<Named> plain, List<SeenFolder> others, List<SeenFolder> rivals)
            throws DatasetException {
        Map<PartName.Kind, Named> byKind = new EnumMap<>(PartName.Kind.class);
        for (Named part : parts) {
            Named before = byKind.putIfAbsent(part.kind(), part);
            if (before != null) {
                throw refused("expected one folder for " + part.kind() + ", found " + before.name() + " and "
                        + part.name() + "; remove or rename one");
            }
        }
        refuseTheSameClassesTwice(parts, rivals);
        if (!byKind.containsKey(PartName.Kind.TRAINING) && known.isEmpty()) {
            Optional<Named> unsorted = plain.stream()
                    .filter(n -> n.kind() == PartName.Kind.TRAINING)
                    .findFirst();
            throw refused(ClassFolders.LAYOUT + "; "
                    + unsorted.map(n -> n.name()
                                    + " holds images but no class folders; expected a folder for each class" + " in it")
                            .orElse("found no folder for training, only "
                                    + parts.stream().map(Named::name).collect(Collectors.joining(", "))
                                    + "; to train on one of them, give it alone, and to measure a classifier on it"
                                    + " use 'terzi evaluate'"));
        }
        for (Named one : plain) {
            leaveOut(
                    one.folder(),
                    one.kind() == PartName.Kind.UNLABELLED
                            ? "called like unlabelled images, " + images(one.folder())
                            : "called like the " + one.kind() + " part, but without class folders, "
                                    + images(one.folder()));
        }
        for (SeenFolder other : others) {
            leaveOut(other, rivals.contains(other) ? "not called like a part of a dataset" : "without images");
        }
        for (SeenFolder empty : top.empty()) {
            leaveOut(empty, Files.isReadable(empty.path()) ? "without a file" : "this user may not look into it");
        }
        List<PartFolder> folders = new ArrayList<>();
        byKind.forEach((kind, named) -> {
            folders.add(new PartFolder(part(kind), named.classes().path()));
            String read = FolderWalk.slashes(root.relativize(named.classes().path()));
            if (!read.equals(kind == PartName.Kind.TRAINING ? "train" : kind == PartName.Kind.TEST ? "test" : "val")) {
                notes.add("the " + kind + " part is read from " + read);
            }
        });
        return new Decision(folders, List.of(), leftOut, notes);
    }

    /** {@code train/cat} beside {@code cat}: which of them is meant, only its owner knows. */
    private void refuseTheSameClassesTwice(List<Named> parts, List<SeenFolder> rivals) throws DatasetException {
        Set<String> inParts = parts.stream()
                .flatMap(part -> part.classes().classNames().stream())
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        List<String> twice = rivals.stream()
                .filter(rival -> inParts.contains(rival.label().toLowerCase(Locale.ROOT)))
                .map(SeenFolder::name)
                .toList();
        if (!twice.isEmpty()) {
            throw refused("the class " + (twice.size() == 1 ? "folder " : "folders ") + shortly(twice)
                    + (twice.size() == 1 ? " is" : " are") + " both here and in "
                    + parts.get(0).name()
                    + "; give one of the two places alone, or move the other away");
        }
    }

    private Decision undivided(List<Named> plain, List<SeenFolder> others) throws DatasetException {
        List<Named> labelled =
                plain.stream().filter(n -> n.kind() != PartName.Kind.UNLABELLED).toList();
        Set<PartName.Kind> kinds = labelled.stream()
                .map(Named::kind)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(PartName.Kind.class)));
        if (!labelled.isEmpty() && (others.isEmpty() || kinds.size() > 1)) {
            List<String> names = labelled.stream().map(Named::name).toList();
            boolean one = names.size() == 1;
            throw refused("the " + (one ? "folder " : "folders ") + String.join(", ", names)
                    + (one ? " is called like a part" : " are called like parts")
                    + " of a dataset, but " + (one ? "holds" : "hold")
                    + " images and no class folders. Expected <part>/<class>/<images>: put the images of each class into a"
                    + " folder named after it; or list them in a .csv file with the columns path, label and split");
        }
        labelled.forEach(
                n -> notes.add(
                        "the folder " + n.name()
                                + " is taken as a class: it is called like a part of a dataset, but holds images and no class folders"));
        List<SeenFolder> folders = Stream.concat(
                        others.stream(), labelled.stream().map(Named::folder))
                .toList();
        return classes(folders, plain);
    }

    /** The root's folders are classes; those for unlabelled images only if nothing else can be meant. */
    private Decision classes(List<SeenFolder> folders, List<Named> plain) throws DatasetException {
        List<SeenFolder> classes = new ArrayList<>(folders);
        for (Named one : plain) {
            if (one.kind() == PartName.Kind.UNLABELLED) {
                if (PartName.isClearlyUnlabelled(one.name())) {
                    leaveOut(one.folder(), "called like unlabelled images, " + images(one.folder()));
                } else {
                    notes.add("the folder " + one.name()
                            + " is taken as a class; if its images have no label, move it away");
                    classes.add(one.folder());
                }
            }
        }
        refuseAWrapper(classes);
        refusePartsInClasses(classes);
        noteEqualFolders(classes);
        Set<Path> paths = classes.stream().map(SeenFolder::path).collect(Collectors.toSet());
        Set<String> out = leftOut.stream().map(LeftOut::folder).collect(Collectors.toSet());
        List<Path> all = top.folders().stream()
                .filter(folder -> paths.contains(folder) || !out.contains(FileNames.last(folder)))
                .toList();
        return new Decision(List.of(new PartFolder(ImageFiles.Part.UNDIVIDED, root)), all, leftOut, notes);
    }

    /** A single folder around the real ones, as an archive unpacks. */
    private void refuseAWrapper(List<SeenFolder> classes) throws DatasetException {
        List<SeenFolder> reaching =
                classes.stream().filter(SeenFolder::reachesImages).toList();
        if (reaching.size() != 1 || known.contains(reaching.get(0).label())) {
            return;
        }
        SeenFolder inner = reaching.get(0);
        for (int depth = 0; depth < 8 && inner.images() == 0; depth++) {
            List<SeenFolder> inside =
                    inner.filled().stream().filter(SeenFolder::reachesImages).toList();
            boolean knownInside = inside.stream().map(SeenFolder::label).anyMatch(known::contains);
            boolean part = inside.stream().anyMatch(f -> PartName.of(f.name()).isPresent());
            if (inside.size() > 1 || knownInside || part) {
                throw refused("holds only the folder " + reaching.get(0).name() + "; the "
                        + (part ? "parts" : "class folders") + " ("
                        + shortly(inside.stream().map(SeenFolder::name).toList())
                        + ") seem to lie deeper. Give " + FileNames.text(inner.path()) + " instead");
            }
            if (inside.isEmpty()) {
                return;
            }
            inner = inside.get(0);
        }
    }

    /** {@code cat/train}, {@code cat/test}: read as classes, the test images would be trained on. */
    private void refusePartsInClasses(List<SeenFolder> classes) throws DatasetException {
        Predicate<SeenFolder> divided = folder -> folder.filled().stream()
                        .flatMap(f -> PartName.of(f.name()).stream())
                        .filter(name -> name.affix().isEmpty())
                        .map(PartName::kind)
                        .distinct()
                        .count()
                > 1;
        List<SeenFolder> parted = classes.stream().filter(divided).toList();
        if (!parted.isEmpty()) {
            SeenFolder first = parted.get(0);
            List<String> inside = first.filled().stream().map(SeenFolder::name).toList();
            throw refused("the class folder " + first.name() + " holds the folders " + shortly(inside)
                    + ", which are called like parts of a dataset; expected them the other way round: "
                    + inside.get(0) + "/" + first.name());
        }
    }

    /** Folders that all hold the same folders may be parts under names that are not known here. */
    private void noteEqualFolders(List<SeenFolder> classes) {
        if (classes.size() < 2 || classes.stream().anyMatch(SeenFolder::holdsImages)) {
            return;
        }
        Set<Set<String>> contents = classes.stream().map(SeenFolder::classNames).collect(Collectors.toSet());
        Set<String> inside = contents.iterator().next();
        if (contents.size() == 1 && inside.size() > 1) {
            notes.add("each of the classes "
                    + shortly(classes.stream().map(SeenFolder::name).toList())
                    + " holds the same folders (" + shortly(inside)
                    + "), which are read together; if these are the classes, arrange them as <part>/<class> with parts"
                    + " called train, val and test");
        }
    }

    private void leaveOut(SeenFolder folder, String reason) {
        leftOut.add(new LeftOut(folder.name(), reason));
    }

    private static String images(SeenFolder folder) {
        int images = folder.images();
        return images == 1 ? "1 image" : images + " images";
    }

    private static ImageFiles.Part part(PartName.Kind kind) {
        return switch (kind) {
            case TRAINING -> ImageFiles.Part.TRAIN;
            case VALIDATION -> ImageFiles.Part.VALIDATION;
            case TEST -> ImageFiles.Part.TEST;
            case UNLABELLED -> throw new IllegalArgumentException("unlabelled images are not a part");
        };
    }

    private static String shortly(Collection<String> names) {
        List<String> all = names.stream().sorted().toList();
        return all.size() <= 6
                ? String.join(", ", all)
                : String.join(", ", all.subList(0, 5)) + " and " + (all.size() - 5) + " more";
    }

    private DatasetException refused(String what) {
        return new DatasetException(FileNames.text(root) + ": " + what);
    }
}
