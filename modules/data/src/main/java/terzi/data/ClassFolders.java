package terzi.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import terzi.data.DatasetReport.LeftOut;
import terzi.data.FolderLayout.PartFolder;
import terzi.data.ImageFiles.Entry;
import terzi.data.ImageFiles.Part;
import terzi.files.FileNames;
import terzi.images.ImageException.Kind;

/**
 * One sub-folder per class, either at once below the root or below a folder for each part; {@link FolderLayout} tells which.
 * Below a class folder images may lie at any depth: the folder at the first level names the class. Labels are
 * {@linkplain Labels normalized}, so that two folders may be one class, which is noted; files keep their names. What is left
 * out is reported: folders of {@link Exclusions}, images outside of class folders, output of Terzi, links and folders that
 * cannot be followed. A class folder may be a link, but not to a folder around the dataset.
 */
final class ClassFolders {
    static final String LAYOUT =
            "expected <folder>/<class>/<images>, or the same below <folder>/train and optionally <folder>/val and"
                    + " <folder>/test";

    private final Path root;
    private final List<Entry> entries = new ArrayList<>();
    private final List<DatasetReport.Skipped> skipped = new ArrayList<>();
    private final TreeSet<String> emptyClasses = new TreeSet<>();
    private final List<LeftOut> leftOut = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private ClassFolders(Path root) {
        this.root = root;
    }

    static DatasetSplits open(String name, Path root, DatasetOptions options) throws IOException {
        return new ClassFolders(root).open(name, options);
    }

    private DatasetSplits open(String name, DatasetOptions options) throws IOException {
        FolderLayout.Decision layout = FolderLayout.of(root, options);
        leftOut.addAll(layout.leftOut());
        notes.addAll(layout.notes());
        noteLoose(SeenFolder.of(root));
        TreeSet<String> labels = new TreeSet<>();
        for (PartFolder part : layout.parts()) {
            if (!layout.isDivided()) {
                collect(layout.classes(), part.part(), labels);
            } else if (part.part() == Part.TRAIN || !options.labels().isEmpty()) {
                collect(part, labels);
            } else {
                requireKnown(part, labels);
            }
        }
        if (entries.isEmpty()) {
            throw new DatasetException(FileNames.text(root) + ": " + LAYOUT + "; found " + whatIsThere());
        }
        notes.addAll(Labels.alike(labels));
        return ImageFiles.open(
                name,
                List.copyOf(labels),
                entries,
                new DatasetReport(skipped, List.copyOf(emptyClasses), leftOut, notes),
                options);
    }

    private String whatIsThere() {
        long loose = skipped.stream().filter(s -> s.reason() == Kind.NO_CLASS).count();
        String folders = emptyClasses.isEmpty() ? "no sub-folder" : "no file in the folders " + emptyClasses;
        String out = leftOut.isEmpty()
                ? ""
                : " (left out: "
                        + String.join("; ", new DatasetReport(List.of(), List.of(), leftOut, List.of()).leftOutLines())
                        + ")";
        return loose == 0
                ? folders + out
                : loose + (loose == 1 ? " image" : " images") + " outside of class folders and " + folders + out
                        + "; move the images of each class into a sub-folder named after it";
    }

    private void requireKnown(PartFolder part, Set<String> labels) throws IOException {
        TreeSet<String> here = new TreeSet<>();
        collect(part, here);
        here.removeAll(labels);
        if (!here.isEmpty()) {
            TreeSet<String> both = new TreeSet<>(labels);
            both.addAll(here);
            List<String> alike = Labels.alike(both);
            throw new DatasetException(FileNames.text(part.folder()) + ": expected the classes of the training part, "
                    + labels + ", found also " + here + (alike.isEmpty() ? "" : " (" + String.join("; ", alike) + ")")
                    + "; add training images for them or remove them here");
        }
    }

    private void collect(PartFolder part, Set<String> labels) throws IOException {
        SeenFolder seen = SeenFolder.of(part.folder());
        String prefix = FolderWalk.slashes(root.relativize(part.folder())) + "/";
        seen.leftOut().forEach(one -> leftOut.add(one.below(prefix)));
        noteLoose(seen);
        collect(seen.folders(), part.part(), labels);
    }

    /** Images and dead links that lie where only class folders are expected. */
    private void noteLoose(SeenFolder folder) {
        for (Path file : folder.files()) {
            if (Files.isSymbolicLink(file) && !Files.exists(file)) {
                skip(file, Kind.MISSING, "the link leads to nothing, or back to itself");
            } else if (OwnOutput.isImage(file)) {
                skip(file, Kind.OWN_OUTPUT, OwnOutput.WHY);
            } else if (FolderWalk.isCalledImage(file)) {
                skip(file, Kind.NO_CLASS, "the image lies in no class folder; move it into one");
            }
        }
    }

    private void collect(List<Path> classFolders, Part part, Set<String> labels) throws IOException {
        Map<String, List<String>> folders = new TreeMap<>();
        for (Path folder : classFolders) {
            String label = Labels.normalized(FileNames.last(folder));
            if (label.isEmpty()) {
                leftOut.add(new LeftOut(FolderWalk.slashes(root.relativize(folder)), "its name is only white space"));
            } else if (collectClass(folder, part, label)) {
                labels.add(label);
                folders.computeIfAbsent(label, l -> new ArrayList<>()).add("'" + FileNames.last(folder) + "'");
            }
        }
        folders.forEach((label, names) -> {
            if (names.size() > 1) {
                notes.add(
                        names.size() + " folders are read as the one class '" + label + "': "
                                + String.join(", ", names)
                                + "; their names differ only in white space around them or in the encoding of accents (NFC, NFD)");
            }
        });
    }

    /** @return whether there was a file in it */
    private boolean collectClass(Path classFolder, Part part, String label) throws IOException {
        if (Files.isSymbolicLink(classFolder) && root.toRealPath().startsWith(classFolder.toRealPath())) {
            skip(classFolder, Kind.MISSING, "the link leads to a folder around the dataset");
            return false;
        }
        String id = FolderWalk.slashes(root.relativize(classFolder));
        FolderWalk walk = FolderWalk.of(classFolder);
        walk.leftOut().forEach(one -> leftOut.add(one.below(id + "/")));
        walk.failures()
                .forEach(failure -> skipped.add(new DatasetReport.Skipped(
                        failure.name().isEmpty() ? id : id + "/" + failure.name(),
                        Kind.MISSING,
                        FileNames.text(failure.path()) + ": " + failure.why())));
        walk.links().forEach(link -> skip(link.path(), Kind.MISSING, FolderWalk.LINK));
        if (walk.files().isEmpty() && walk.failures().isEmpty()) {
            emptyClasses.add(id);
        }
        boolean any = false;
        for (FolderWalk.Found file : walk.files()) {
            any |= collectFile(file, id, part, label);
        }
        return any;
    }

    private boolean collectFile(FolderWalk.Found file, String folder, Part part, String label) {
        if (file.isOwnOutput()) {
            skip(file.path(), Kind.OWN_OUTPUT, OwnOutput.WHY);
            return false;
        }
        entries.add(new Entry(part, label, file.path(), folder + "/" + file.name(), Map.of()));
        return true;
    }

    private void skip(Path path, Kind reason, String why) {
        String id = FolderWalk.slashes(path.startsWith(root) ? root.relativize(path) : path);
        skipped.add(new DatasetReport.Skipped(id, reason, FileNames.text(path) + ": " + why));
    }
}
