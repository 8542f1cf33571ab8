package terzi.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.files.FileNames;
import terzi.files.Sha256;
import terzi.images.Image;
import terzi.images.ImageDecoder;
import terzi.images.ImageException;
import terzi.images.ImageException.Kind;

/** Images in files of their own, decoded anew each time they are asked for. */
final class ImageFiles implements Dataset {
    private final List<String> labels;
    private final List<Known> entries;
    private final int[] classes;
    private final ImageDecoder.Limits limits;

    /** The part an image belongs to; UNDIVIDED where the dataset names none. */
    enum Part {
        TRAIN,
        VALIDATION,
        TEST,
        UNDIVIDED
    }

    /**
     * @param id the name in reports and in the digest: relative, with slashes on every system
     * @param columns of a list, beside path, label and split
     */
    record Entry(Part part, String label, Path path, String id, Map<String, String> columns) {}

    /** An image as it was when the dataset was opened. */
    private record Known(Entry entry, Stamp stamp, String digest) {}

    /** What tells cheaply that a file is the same. */
    private record Stamp(long size, FileTime modified) {
        static Stamp of(Path path) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Stamp(attributes.size(), attributes.lastModifiedTime());
        }
    }

    private ImageFiles(List<String> labels, List<Known> entries, ImageDecoder.Limits limits) {
        Map<String, Integer> index = new HashMap<>();
        for (String label : labels) {
            index.put(label, index.size());
        }
        this.labels = labels;
        this.entries = entries;
        this.classes = entries.stream()
                .mapToInt(known -> index.getOrDefault(known.entry().label(), -1))
                .toArray();
        this.limits = limits;
    }

    /**
     * Inspects all images (format, header, digest; pixels are not decoded) and divides them. Those that cannot be read
     * are left out and reported.
     *
     * @param labels the classes, in order: at least those of all entries
     * @param entries in a fixed order
     * @param before what has been left out so far
     */
    static DatasetSplits open(
            String name, List<String> labels, List<Entry> entries, DatasetReport before, DatasetOptions options)
            throws IOException {
        @Nullable Known[] knowns = new @Nullable Known[entries.size()];
        DatasetReport.@Nullable Skipped[] failures =
                EachImage.run(entries.size(), i -> entries.get(i).id(), i -> {
                    Entry entry = entries.get(i);
                    Stamp stamp = stamp(entry.path());
                    byte[] bytes = ImageDecoder.bytes(entry.path(), options.limits());
                    ImageDecoder.check(bytes, FileNames.text(entry.path()), options.limits());
                    knowns[i] = new Known(entry, stamp, Sha256.of(bytes));
                });
        Map<Part, List<Known>> parts = new HashMap<>();
        List<DatasetReport.Skipped> skipped = new ArrayList<>(before.skipped());
        StringBuilder content = new StringBuilder().append(labels).append('\n');
        for (int i = 0; i < knowns.length; i++) {
            DatasetReport.Skipped failure = failures[i];
            Known known = knowns[i];
            if (failure != null) {
                skipped.add(failure);
            } else if (known != null) {
                Entry entry = known.entry();
                parts.computeIfAbsent(entry.part(), p -> new ArrayList<>()).add(known);
                content.append(entry.part()).append('\t').append(entry.label()).append('\t');
                content.append(entry.id()).append('\t').append(known.digest()).append('\n');
            }
        }
        boolean divided = entries.stream().noneMatch(entry -> entry.part() == Part.UNDIVIDED);
        return HeldOut.complete(
                name,
                new ImageFiles(
                        labels, parts.getOrDefault(divided ? Part.TRAIN : Part.UNDIVIDED, List.of()), options.limits()),
                Optional.ofNullable(parts.get(Part.VALIDATION)).map(e -> new ImageFiles(labels, e, options.limits())),
                Optional.ofNullable(parts.get(Part.TEST)).map(e -> new ImageFiles(labels, e, options.limits())),
                Sha256.ofText(content.toString()),
                before.withSkipped(skipped),
                options);
    }

    @Override
    public List<String> labels() {
        return labels;
    }

    @Override
    public int size() {
        return classes.length;
    }

    @Override
    public int label(int i) {
        return classes[i];
    }

    @Override
    public int[] labelIndices() {
        return Arrays.copyOf(classes, classes.length);
    }

    @Override
    public Image image(int i) throws IOException {
        Known known = entries.get(i);
        Path path = known.entry().path();
        byte[] bytes = ImageDecoder.bytes(path, limits);
        if (!stamp(path).equals(known.stamp()) && !Sha256.of(bytes).equals(known.digest())) {
            throw new ImageException(
                    Kind.CHANGED,
                    path + ": the file has changed since the dataset was opened; leave it alone while a run goes on,"
                            + " or start again");
        }
        return ImageDecoder.read(bytes, FileNames.text(path), limits);
    }

    @Override
    public String id(int i) {
        return entries.get(i).entry().id();
    }

    @Override
    public Optional<Path> file(int i) {
        return Optional.of(entries.get(i).entry().path());
    }

    @Override
    public Map<String, String> columns(int i) {
        return entries.get(i).entry().columns();
    }

    private static Stamp stamp(Path path) throws IOException {
        try {
            return Stamp.of(path);
        } catch (NoSuchFileException e) {
            throw new ImageException(
                    Kind.MISSING,
                    path + ": expected an image file, found "
                            + (Files.isSymbolicLink(path) ? "a link to nothing" : "nothing"),
                    e);
        }
    }

    @Override
    public String digest(int i) {
        return entries.get(i).digest();
    }
}
