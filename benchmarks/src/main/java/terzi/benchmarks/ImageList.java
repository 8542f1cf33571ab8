package terzi.benchmarks;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.data.DatasetSplits;
import terzi.data.Datasets;
import terzi.data.Grouping;

/** Labelled image files, all in one part, which may be written down as data for another fine-tuning. */
record ImageList(List<Entry> entries) {
    private static final String GROUP = "group";

    ImageList {
        entries = List.copyOf(entries);
    }

    /**
     * One image.
     *
     * @param group images of the same one are never divided; empty where near duplicates alone stay together
     */
    record Entry(String path, String label, String group) {
        Entry withLabel(String other) {
            return new Entry(path, other, group);
        }
    }

    /** {@return the images of all parts of a folder or list; a list's column {@code group} names their groups} */
    static ImageList read(String data) throws IOException {
        DatasetSplits splits = Datasets.open(data, DatasetOptions.defaults().withHeldOut(0, 0));
        List<Entry> entries = new ArrayList<>();
        for (Dataset part : Stream.of(Stream.of(splits.train()), splits.validation().stream(), splits.test().stream())
                .flatMap(one -> one)
                .toList()) {
            for (int i = 0; i < part.size(); i++) {
                String id = part.id(i);
                Path file = part.file(i).orElseThrow(() -> new IOException(id + ": is not a file of its own"));
                entries.add(new Entry(
                        file.toAbsolutePath().toString(),
                        part.labels().get(part.label(i)),
                        part.columns(i).getOrDefault(GROUP, "")));
            }
        }
        return new ImageList(entries);
    }

    int size() {
        return entries.size();
    }

    List<String> labels() {
        return entries.stream().map(Entry::label).distinct().sorted().toList();
    }

    List<String> paths() {
        return entries.stream().map(Entry::path).toList();
    }

    /** {@return the rule that keeps the groups of this list together} */
    Grouping groups() {
        return entries.stream().allMatch(entry -> entry.group().isEmpty())
                ? new Grouping.None()
                : new Grouping.Column(GROUP);
    }

    ImageList where(Predicate<Entry> kept) {
        return new ImageList(entries.stream().filter(kept).toList());
    }

    /** {@return the same images, some of them with other labels, by their paths} */
    ImageList withLabels(Map<String, String> others) {
        return new ImageList(entries.stream()
                .map(entry -> entry.withLabel(others.getOrDefault(entry.path(), entry.label())))
                .toList());
    }

    void write(Path file) throws IOException {
        try (CsvWriter csv = CsvWriter.builder().build(file)) {
            csv.writeRecord("path", "label", GROUP);
            entries.forEach(entry -> csv.writeRecord(entry.path(), entry.label(), entry.group()));
        }
    }
}
