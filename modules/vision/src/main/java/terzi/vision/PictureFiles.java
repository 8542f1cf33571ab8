package terzi.vision;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import terzi.vision.download.Sha256;

/** Pictures in files of their own, decoded anew each time they are asked for. */
final class PictureFiles implements Dataset {
    private final List<String> labels;
    private final List<Entry> entries;
    private final int[] classes;
    private final PictureReader.Limits limits;

    /** The part a picture belongs to; UNDIVIDED where the data set names none. */
    enum Part {
        TRAIN,
        VALIDATION,
        TEST,
        UNDIVIDED
    }

    /** @param id the name in reports and in the digest: relative, with slashes on every system */
    record Entry(Part part, String label, Path path, String id) {}

    private PictureFiles(List<String> labels, List<Entry> entries, PictureReader.Limits limits) {
        Map<String, Integer> index = new HashMap<>();
        for (String label : labels) {
            index.put(label, index.size());
        }
        this.labels = labels;
        this.entries = entries;
        this.classes = entries.stream()
                .mapToInt(e -> index.getOrDefault(e.label(), -1))
                .toArray();
        this.limits = limits;
    }

    /**
     * Inspects all pictures (format, header, digest; pixels are not decoded) and divides them. Those that cannot be read
     * are left out and reported.
     *
     * @param labels the classes, in order: at least those of all entries
     * @param entries in a fixed order
     */
    static DatasetSplits open(String name, List<String> labels, List<Entry> entries, DatasetOptions options)
            throws IOException {
        String[] digests = new String[entries.size()];
        DatasetReport.@Nullable Skipped[] failures = new DatasetReport.@Nullable Skipped[entries.size()];
        try {
            IntStream.range(0, entries.size()).parallel().forEach(i -> {
                Entry entry = entries.get(i);
                try {
                    byte[] bytes = PictureReader.bytes(entry.path(), options.limits());
                    PictureReader.inspect(bytes, entry.path().toString(), options.limits());
                    digests[i] = Sha256.of(bytes);
                } catch (PictureException e) {
                    failures[i] = new DatasetReport.Skipped(entry.id(), e.kind(), String.valueOf(e.getMessage()));
                } catch (IOException e) {
                    throw new UncheckedIOException(entry.path() + " cannot be read: " + e.getMessage(), e);
                }
            });
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
        Map<Part, List<Entry>> parts = new HashMap<>();
        List<DatasetReport.Skipped> skipped = new ArrayList<>();
        StringBuilder content = new StringBuilder().append(labels).append('\n');
        for (int i = 0; i < digests.length; i++) {
            DatasetReport.Skipped failure = failures[i];
            Entry entry = entries.get(i);
            if (failure != null) {
                skipped.add(failure);
            } else {
                parts.computeIfAbsent(entry.part(), p -> new ArrayList<>()).add(entry);
                content.append(entry.part()).append('\t').append(entry.label()).append('\t');
                content.append(entry.id()).append('\t').append(digests[i]).append('\n');
            }
        }
        boolean divided = parts.containsKey(Part.TRAIN);
        return HeldOut.complete(
                name,
                new PictureFiles(
                        labels, parts.getOrDefault(divided ? Part.TRAIN : Part.UNDIVIDED, List.of()), options.limits()),
                Optional.ofNullable(parts.get(Part.VALIDATION)).map(e -> new PictureFiles(labels, e, options.limits())),
                Optional.ofNullable(parts.get(Part.TEST)).map(e -> new PictureFiles(labels, e, options.limits())),
                Sha256.ofText(content.toString()),
                new DatasetReport(skipped),
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
    public Picture picture(int i) throws IOException {
        return PictureReader.read(entries.get(i).path(), limits);
    }

    @Override
    public String id(int i) {
        return entries.get(i).id();
    }
}
