package terzi.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.data.DatasetReport;
import terzi.data.DatasetSplits;
import terzi.data.Datasets;
import terzi.data.NearDuplicates;
import terzi.evaluation.TextColumns;
import terzi.images.Image;

/** Carries {@code terzi data check} out. */
final class DataCheck {
    private static final int TOO_FEW = 10;

    private final Console console;
    private final DatasetSplits splits;
    private final List<String> names = new ArrayList<>();
    private final List<Measured> parts = new ArrayList<>();

    private DataCheck(Console console, DatasetSplits splits) {
        this.console = console;
        this.splits = splits;
        AtomicInteger seen = new AtomicInteger();
        boolean divided = splits.validation().isPresent() || splits.test().isPresent();
        add(divided ? "train" : "all", splits.train(), seen);
        splits.validation().ifPresent(part -> add("validation", part, seen));
        splits.test().ifPresent(part -> add("test", part, seen));
    }

    private void add(String name, Dataset part, AtomicInteger seen) {
        names.add(name);
        parts.add(new Measured(part, new int[part.size()][], seen, console));
    }

    static int run(Console console, String data, int list, boolean duplicates) throws IOException {
        DatasetSplits splits = Datasets.open(data, DatasetOptions.defaults().withHeldOut(0, 0));
        DataCheck check = new DataCheck(console, splits);
        Optional<NearDuplicates.Result> found =
                duplicates ? Optional.of(NearDuplicates.find(check.parts)) : Optional.empty();
        if (console.columns().isPresent()) {
            console.rewriteLine("");
        }
        check.print(found, list);
        console.json(check.json(found));
        return ExitCode.OK;
    }

    /** Notes the sizes of images as they are decoded. */
    @SuppressWarnings("ArrayRecordComponent") // written to, never compared
    private record Measured(Dataset whole, int[][] sizes, AtomicInteger seen, Console console) implements Dataset {
        @Override
        public List<String> labels() {
            return whole.labels();
        }

        @Override
        public int size() {
            return whole.size();
        }

        @Override
        public int label(int i) {
            return whole.label(i);
        }

        @Override
        public Image image(int i) throws IOException {
            Image image = whole.image(i);
            // near duplicates are decoded twice
            int count = sizes[i] == null ? seen.incrementAndGet() : 0;
            sizes[i] = new int[] {image.width(), image.height(), image.channels()};
            if (count > 0 && count % 100 == 0 && console.columns().isPresent()) {
                console.rewriteLine(Sizes.count(count) + " images checked");
            }
            return image;
        }

        @Override
        public String id(int i) {
            return whole.id(i);
        }
    }

    private int[] counts() {
        int[] all = new int[splits.labels().size()];
        for (Dataset part : parts) {
            int[] counts = part.classCounts();
            Arrays.setAll(all, c -> all[c] + counts[c]);
        }
        return all;
    }

    private void print(Optional<NearDuplicates.Result> found, int list) {
        int total = Arrays.stream(counts()).sum();
        console.print(splits.name() + ": " + Sizes.count(total) + " images of "
                + splits.labels().size() + " classes");
        int width = Math.max(
                5, splits.labels().stream().mapToInt(TextColumns::width).max().orElse(0));
        console.printTable("  " + TextColumns.left("class", width)
                + names.stream().map(name -> String.format("%12s", name)).collect(Collectors.joining()));
        for (int c = 0; c < splits.labels().size(); c++) {
            int label = c;
            console.printTable("  " + TextColumns.left(splits.labels().get(c), width)
                    + parts.stream()
                            .map(part -> String.format("%12s", Sizes.count(part.classCounts()[label])))
                            .collect(Collectors.joining()));
        }
        console.print("balance: " + balance());
        List<int[]> sizes = sizes();
        if (!sizes.isEmpty()) {
            console.print("sizes: " + sizeText(sizes));
        }
        List<DatasetReport.Skipped> skipped = skipped(found);
        if (skipped.isEmpty()) {
            console.print("unreadable: none");
        } else {
            console.print("unreadable: "
                    + new DatasetReport(skipped)
                            .counts().entrySet().stream()
                                    .map(e -> e.getValue() + " "
                                            + e.getKey()
                                                    .name()
                                                    .toLowerCase(Locale.ROOT)
                                                    .replace('_', ' '))
                                    .collect(Collectors.joining(", ")));
            skipped.stream().limit(list).forEach(s -> console.print("  " + s.message()));
        }
        if (!splits.report().emptyClasses().isEmpty()) {
            console.print("class folders without images, left out: "
                    + String.join(", ", splits.report().emptyClasses()));
        }
        splits.report().leftOutLines().forEach(line -> console.print("folders left out: " + line));
        splits.report().notes().forEach(note -> console.print("note: " + note));
        found.ifPresent(result -> printDuplicates(result, list));
    }

    private void printDuplicates(NearDuplicates.Result result, int list) {
        if (result.pairs().isEmpty()) {
            console.print("duplicates: none");
            return;
        }
        print("exact duplicates", result.exact(), " with the same pixels", list);
        print(
                "near duplicates",
                result.near(),
                (result.near().size() == 1 ? " that looks" : " that look") + " like the same image; check by eye",
                list);
        for (int part = 1; part < parts.size(); part++) {
            int exact = result.sharedExactly(part, 0).length;
            int near = result.shared(part, 0).length - exact;
            String where = " of " + Sizes.count(parts.get(part).size()) + " images in " + names.get(part);
            if (exact > 0) {
                console.print("  " + Sizes.count(exact) + where + (exact == 1 ? " has" : " have")
                        + " the same pixels as a training image: figures measured there are too high");
            }
            if (near > 0) {
                console.print("  " + Sizes.count(near) + where + (near == 1 ? " looks" : " look")
                        + " like a training image; if it is one, figures measured there are too high");
            }
        }
        List<NearDuplicates.Pair> unsure = underTwoLabels(result);
        print("contradictory labels", result.contradictions(), " with the same pixels under two labels", list);
        print("look alike under two labels", unsure, "; check whether a label is wrong", list);
        if (!result.parted().isEmpty()) {
            console.print("  " + pairs(result.parted().size())
                    + " would join more look-alikes than one side of a split can hold (a video?) and may be divided"
                    + " between training and test; to prevent that, name the split of each image in a CSV list");
        }
    }

    private void print(String title, List<NearDuplicates.Pair> pairs, String what, int list) {
        if (!pairs.isEmpty()) {
            console.print(title + ": " + pairs(pairs.size()) + what);
            pairs.stream().limit(list).forEach(pair -> console.print("  " + text(pair)));
        }
    }

    private static String pairs(int count) {
        return Sizes.count(count) + (count == 1 ? " pair" : " pairs");
    }

    private static List<NearDuplicates.Pair> underTwoLabels(NearDuplicates.Result result) {
        return result.near().stream().filter(pair -> !pair.isSameLabel()).toList();
    }

    private static String text(NearDuplicates.Pair pair) {
        return pair.first().id()
                + (pair.isExact() ? " = " : " ~ ")
                + pair.second().id();
    }

    /** How the class sizes compare, in words. */
    private String balance() {
        int[] counts = counts();
        int most = IntStream.range(0, counts.length).reduce(0, (a, b) -> counts[b] > counts[a] ? b : a);
        int least = IntStream.range(0, counts.length).reduce(0, (a, b) -> counts[b] < counts[a] ? b : a);
        double ratio = (double) counts[most] / Math.max(1, counts[least]);
        if (counts[most] == counts[least] && counts[most] >= TOO_FEW) {
            return "even (" + Sizes.count(counts[most]) + " each)";
        }
        String smallest = "'" + splits.labels().get(least) + "' has " + Sizes.count(counts[least]) + ", '"
                + splits.labels().get(most) + "' " + Sizes.count(counts[most]);
        String words = ratio < 1.5
                ? "even (" + smallest + ")"
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

    private List<int[]> sizes() {
        return parts.stream()
                .flatMap(part -> Arrays.stream(part.sizes()))
                .flatMap(size -> Optional.ofNullable(size).stream())
                .toList();
    }

    private static int[] sorted(List<int[]> sizes, int axis) {
        return sizes.stream().mapToInt(size -> size[axis]).sorted().toArray();
    }

    private static String sizeText(List<int[]> sizes) {
        int[] widths = sorted(sizes, 0);
        int[] heights = sorted(sizes, 1);
        long gray = sizes.stream().filter(size -> size[2] == 1).count();
        return "width " + range(widths) + ", height " + range(heights) + " pixels; "
                + (gray == 0 ? "all in colour" : gray + " gray");
    }

    private static String range(int[] sorted) {
        int least = sorted[0];
        int most = sorted[sorted.length - 1];
        return least == most ? "" + least : least + " to " + most + " (half below " + sorted[sorted.length / 2] + ")";
    }

    private List<DatasetReport.Skipped> skipped(Optional<NearDuplicates.Result> found) {
        List<DatasetReport.Skipped> all = new ArrayList<>(splits.report().skipped());
        found.ifPresent(result -> all.addAll(result.report().skipped()));
        return all;
    }

    private Map<String, Object> json(Optional<NearDuplicates.Result> found) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", splits.name());
        all.put("digest", splits.digest());
        all.put("images", Arrays.stream(counts()).sum());
        Map<String, Object> classes = new LinkedHashMap<>();
        for (int c = 0; c < splits.labels().size(); c++) {
            Map<String, Integer> counts = new LinkedHashMap<>();
            for (int part = 0; part < parts.size(); part++) {
                counts.put(names.get(part), parts.get(part).classCounts()[c]);
            }
            classes.put(splits.labels().get(c), counts);
        }
        all.put("classes", classes);
        all.put("balance", balance());
        List<int[]> sizes = sizes();
        if (!sizes.isEmpty()) {
            for (int axis = 0; axis < 2; axis++) {
                int[] sorted = sorted(sizes, axis);
                Map<String, Integer> range = new LinkedHashMap<>();
                range.put("least", sorted[0]);
                range.put("median", sorted[sorted.length / 2]);
                range.put("most", sorted[sorted.length - 1]);
                all.put(axis == 0 ? "width" : "height", range);
            }
        }
        List<Map<String, String>> skipped = new ArrayList<>();
        for (DatasetReport.Skipped s : skipped(found)) {
            skipped.add(Map.of("id", s.id(), "reason", s.reason().name(), "message", s.message()));
        }
        all.put("unreadable", skipped);
        all.put("empty_classes", splits.report().emptyClasses());
        DataReport.put(all, splits.report());
        found.ifPresent(result -> all.put("duplicates", duplicates(result)));
        return all;
    }

    private Map<String, Object> duplicates(NearDuplicates.Result result) {
        List<Map<String, Object>> pairs = new ArrayList<>();
        for (NearDuplicates.Pair pair : result.pairs()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("first", pair.first().id());
            one.put("second", pair.second().id());
            one.put(
                    "parts",
                    List.of(
                            names.get(pair.first().part()),
                            names.get(pair.second().part())));
            one.put("labels", List.of(pair.first().label(), pair.second().label()));
            one.put("exact", pair.isExact());
            one.put("distance", pair.distance());
            pairs.add(one);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("copies", result.copies());
        all.put("exact_pairs", result.exact().size());
        all.put("near_pairs", result.near().size());
        all.put("contradictions", result.contradictions().size());
        all.put("near_under_two_labels", underTwoLabels(result).size());
        all.put("near_pairs_in_two_groups", result.parted().size());
        Map<String, Integer> exact = new LinkedHashMap<>();
        Map<String, Integer> near = new LinkedHashMap<>();
        for (int part = 1; part < parts.size(); part++) {
            int equal = result.sharedExactly(part, 0).length;
            exact.put(names.get(part), equal);
            near.put(names.get(part), result.shared(part, 0).length - equal);
        }
        all.put("also_in_train", exact);
        all.put("near_in_train", near);
        all.put("pairs", pairs);
        return all;
    }
}
