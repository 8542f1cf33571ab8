package terzi.runs;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.data.DatasetSplits;

/**
 * How a fine-tuning run divided its images, for data that lies somewhere else now. The run's {@code split.csv} names each file
 * where it lay; in the data that is named instead, an image is the same if its path below the data's folder is the end of a
 * path in the list.
 *
 * @param list the file, for messages
 * @param parts part by path, as written in the list, with slashes
 */
record RunDivision(Path list, Map<String, String> parts) {
    private static final String TRAIN = "train";
    private static final String VALIDATION = "val";
    private static final String TEST = "test";

    /**
     * The division beside a classifier; empty where its run divided nothing, or where the data named is the list itself.
     *
     * @param classifier the file
     * @param trained what it says about its data
     * @param named the data to measure on
     */
    static Optional<RunDivision> of(Path classifier, Optional<DataDescription> trained, String named)
            throws IOException {
        Path list = classifier.toAbsolutePath().normalize().resolveSibling(FineTuningData.LIST);
        boolean listed = trained.filter(
                        data -> PortableRecipe.lastName(data.source()).equals(FineTuningData.LIST))
                .isPresent();
        if (!listed || !Files.isRegularFile(list) || named.endsWith(".csv")) {
            return Optional.empty();
        }
        Map<String, String> parts = new LinkedHashMap<>();
        try (CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(list)) {
            for (NamedCsvRecord row : rows) {
                parts.put(row.getField("path").replace('\\', '/'), row.getField("split"));
            }
        }
        return Optional.of(new RunDivision(list, parts));
    }

    /**
     * The data divided as in the run. Data in which less than half of the run's images are found is other data and stays as it
     * is; so does what is new in it.
     */
    DatasetSplits applied(RunLog log, DatasetSplits data) throws IOException {
        Dataset all = DataParts.of(data, DataPart.ALL);
        Map<String, String> byEnd = PathEnds.of(parts);
        Map<String, List<Integer>> places = new HashMap<>();
        int found = 0;
        for (int i = 0; i < all.size(); i++) {
            String part = byEnd.get(all.id(i).replace('\\', '/'));
            if (part != null) {
                places.computeIfAbsent(part, p -> new ArrayList<>()).add(i);
                found++;
            }
        }
        if (found * 2 < parts.size()) {
            return data;
        }
        if (found < parts.size() || found < all.size()) {
            log.warn(found + " of the " + parts.size() + " images of " + list + " are in " + data.name()
                    + (all.size() > found ? "; " + (all.size() - found) + " others there are left out" : ""));
        }
        log.step("note: divided as in the run, by " + list);
        return new DatasetSplits(
                data.name(),
                all.subset(indices(places.get(TRAIN))),
                part(all, places.get(VALIDATION)),
                part(all, places.get(TEST)),
                data.digest(),
                data.report());
    }

    private static Optional<Dataset> part(Dataset all, @Nullable List<Integer> places) {
        return places == null ? Optional.empty() : Optional.of(all.subset(indices(places)));
    }

    private static int[] indices(@Nullable List<Integer> places) {
        return places == null
                ? new int[0]
                : places.stream().mapToInt(Integer::intValue).toArray();
    }
}
