package terzi.runs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import terzi.data.Dataset;
import terzi.data.DatasetSplits;
import terzi.data.Families;
import terzi.data.NearDuplicates;

/** Looks at every image of an opened dataset. */
final class DataCheck {
    private static final int TOO_FEW = 10;

    private final RunLog log;
    private final DatasetSplits splits;
    private final Map<String, Dataset> parts = new LinkedHashMap<>();
    private final List<String> names;
    private final int[] counts;

    DataCheck(RunLog log, DatasetSplits splits) {
        this.log = log;
        this.splits = splits;
        boolean divided = splits.validation().isPresent() || splits.test().isPresent();
        parts.put(divided ? "train" : "all", splits.train());
        splits.validation().ifPresent(part -> parts.put("validation", part));
        splits.test().ifPresent(part -> parts.put("test", part));
        names = List.copyOf(parts.keySet());
        counts = new int[splits.labels().size()];
        for (Dataset part : parts.values()) {
            int[] more = part.classCounts();
            Arrays.setAll(counts, c -> counts[c] + more[c]);
        }
    }

    CheckedData run(DataChecking.Duplicates wanted, Optional<Path> model) throws IOException {
        // first: a classifier of other labels is refused before hours of decoding
        Optional<CheckedData.LabelCheck> labels =
                model.isPresent() ? Optional.of(LabelSearch.run(model.get(), splits, log)) : Optional.empty();
        List<int[]> sizes = new ArrayList<>();
        Optional<NearDuplicates.Result> found = Optional.empty();
        if (wanted == DataChecking.Duplicates.SOUGHT) {
            try (RunLog.Bar bar = log.bar("checking", Arrays.stream(counts).sum(), "images")) {
                found = Optional.of(NearDuplicates.find(List.copyOf(parts.values()), (place, image) -> {
                    synchronized (sizes) { // images come from several threads
                        sizes.add(new int[] {image.width(), image.height(), image.channels()});
                        bar.to(sizes.size());
                    }
                }));
            }
        }
        List<LeftOutImage> unreadable = new ArrayList<>(LeftOutImage.of(splits.report()));
        found.ifPresent(result -> unreadable.addAll(LeftOutImage.of(result.report())));
        return new CheckedData(
                splits.name(),
                splits.digest(),
                Arrays.stream(counts).sum(),
                classes(),
                balance(),
                range(sizes, 0),
                range(sizes, 1),
                (int) sizes.stream().filter(size -> size[2] == 1).count(),
                unreadable,
                splits.report().emptyClasses(),
                LeftOutFolder.of(splits.report()),
                splits.report().notes(),
                families(found),
                found.map(this::duplicates),
                labels);
    }

    private Optional<CheckedData.FoundFamilies> families(Optional<NearDuplicates.Result> found) throws IOException {
        Dataset all = Dataset.concatenated(List.copyOf(parts.values()));
        int[] duplicates = found.map(NearDuplicates.Result::allGroups)
                .orElseGet(() -> IntStream.range(0, all.size()).toArray());
        return Families.find(all, duplicates)
                .map(families ->
                        new CheckedData.FoundFamilies(families.description(), families.count(), families.largest()));
    }

    private Map<String, Map<String, Integer>> classes() {
        Map<String, Map<String, Integer>> classes = new LinkedHashMap<>();
        for (int c = 0; c < counts.length; c++) {
            Map<String, Integer> ofClass = new LinkedHashMap<>();
            int label = c;
            parts.forEach((name, part) -> ofClass.put(name, part.classCounts()[label]));
            classes.put(splits.labels().get(c), ofClass);
        }
        return classes;
    }

    /** How the class sizes compare, in words. */
    private String balance() {
        int most = IntStream.range(0, counts.length).reduce(0, (a, b) -> counts[b] > counts[a] ? b : a);
        int least = IntStream.range(0, counts.length).reduce(0, (a, b) -> counts[b] < counts[a] ? b : a);
        double ratio = (double) counts[most] / Math.max(1, counts[least]);
        String each = "even (" + Sizes.count(counts[most]) + " each)";
        if (counts[most] == counts[least] && counts[most] >= TOO_FEW) {
            return each;
        }
        String smallest = "'" + splits.labels().get(least) + "' has " + Sizes.count(counts[least]) + ", '"
                + splits.labels().get(most) + "' " + Sizes.count(counts[most]);
        String words = ratio < 1.5
                ? counts[most] == counts[least] ? each : "even (" + smallest + ")"
                : String.format(
                        Locale.ROOT,
                        "%s: %s, %.1f times as many; class weights (the default) make up for some of that, more"
                                + " images for more",
                        ratio < 3 ? "somewhat uneven" : ratio < 10 ? "uneven" : "very uneven",
                        smallest,
                        ratio);
        long small = Arrays.stream(counts).filter(n -> n < TOO_FEW).count();
        return small == 0
                ? words
                : words + "; " + small + (small == 1 ? " class has" : " classes have") + " fewer than " + TOO_FEW
                        + " images, too few to measure anything on";
    }

    private static Optional<CheckedData.Range> range(List<int[]> sizes, int axis) {
        if (sizes.isEmpty()) {
            return Optional.empty();
        }
        int[] sorted = sizes.stream().mapToInt(size -> size[axis]).sorted().toArray();
        return Optional.of(new CheckedData.Range(sorted[0], sorted[sorted.length / 2], sorted[sorted.length - 1]));
    }

    private CheckedData.Duplicates duplicates(NearDuplicates.Result result) {
        Map<String, Integer> exact = new LinkedHashMap<>();
        Map<String, Integer> near = new LinkedHashMap<>();
        for (int part = 1; part < names.size(); part++) {
            int equal = result.sharedExactly(part, 0).length;
            exact.put(names.get(part), equal);
            near.put(names.get(part), result.shared(part, 0).length - equal);
        }
        return new CheckedData.Duplicates(
                result.copies(),
                result.exact().size(),
                result.near().size(),
                result.contradictions().size(),
                (int) result.near().stream().filter(pair -> !pair.isSameLabel()).count(),
                result.parted().size(),
                exact,
                near,
                result.pairs().stream().map(this::pair).toList());
    }

    private CheckedData.Pair pair(NearDuplicates.Pair pair) {
        NearDuplicates.Place first = pair.first();
        NearDuplicates.Place second = pair.second();
        return new CheckedData.Pair(
                first.id(),
                second.id(),
                List.of(names.get(first.part()), names.get(second.part())),
                List.of(first.label(), second.label()),
                pair.isExact(),
                pair.distance());
    }
}
