package terzi.benchmarks;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.data.DatasetSplits;
import terzi.data.Datasets;
import terzi.data.NearDuplicates;
import terzi.data.Seeds;

/**
 * How often the search for near duplicates is wrong: pairs that it reports among images of which no two are copies, and the
 * share of copies that it finds, on real and on drawn sets.
 */
@Command(
        name = "duplicates",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Counts the false alarms of the search for near duplicates, and the copies that it finds.")
final class Duplicates implements Callable<Integer> {
    private static final int PAIRS_IN_A_ROW = 8;
    private static final int SHOWN = 96;

    /** Which images: bounds are chosen on one half, figures are reported on the other. */
    enum Half {
        CALIBRATE,
        REPORT
    }

    @Option(
            names = "--data",
            split = ",",
            defaultValue = "fashion-mnist",
            description = "names or folders of real sets; drawn ones come on top")
    List<String> data = List.of();

    @Option(names = "--half", defaultValue = "REPORT", description = "${COMPLETION-CANDIDATES}")
    Half half = Half.REPORT;

    @Option(names = "--images", defaultValue = "7000", description = "at most so many of a set")
    int images;

    @Option(names = "--copied", defaultValue = "300", description = "images of a set that are copied")
    int copied;

    @Option(names = "--sheets", description = "folder for contact sheets of the pairs found")
    @Nullable Path sheets;

    @Mixin
    final Results results = new Results();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Duplicates())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    /**
     * One set.
     *
     * @param draws how many times so many images were drawn from it
     * @param equal pairs of equal pixels
     * @param near pairs reported beside these, in all draws
     * @param twoLabels of them under two labels
     * @param right of them known to be of one scene
     * @param largestGroup number of images
     * @param found for each kind of copy the share that was paired with its original
     * @param cpuSeconds of all processors, for the search among the set itself, decoded before
     * @param wrong pairs of a copy with an image that is not reported as a near duplicate of its original
     */
    private record Row(
            String set,
            int images,
            int draws,
            int equal,
            int near,
            int twoLabels,
            int right,
            int largestGroup,
            Map<String, Double> found,
            int wrong,
            double cpuSeconds) {}

    @Override
    public Integer call() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String source : data) {
            LoadedSet set = load(source);
            rows.add(measure(set));
            for (int count : new int[] {20, 200}) {
                if (set.size() >= 10 * count) {
                    rows.add(draws(set, count));
                }
            }
        }
        long seed = half == Half.REPORT ? 2 : 1;
        rows.add(measure(DrawnSets.icons(seed)));
        rows.add(measure(DrawnSets.forms(seed)));
        rows.add(measure(DrawnSets.pages(seed)));
        rows.add(measure(DrawnSets.textures(seed)));
        rows.add(measure(DrawnSets.plain(seed)));
        rows.add(measure(DrawnSets.bursts(seed)));
        write(rows);
        return 0;
    }

    /** Every second image of all parts, or so many drawn from them. */
    private LoadedSet load(String source) throws IOException {
        DatasetSplits splits = Datasets.open(source, DatasetOptions.defaults().withHeldOut(0, 0));
        LoadedSet set = LoadedSet.empty(splits.name(), splits.labels());
        List<Dataset> parts = new ArrayList<>(List.of(splits.train()));
        splits.validation().ifPresent(parts::add);
        splits.test().ifPresent(parts::add);
        int all = parts.stream().mapToInt(Dataset::size).sum();
        int[] wanted = Arrays.stream(Seeds.permutation(all, 11, 0))
                .filter(i -> i % 2 == (half == Half.CALIBRATE ? 0 : 1))
                .limit(images)
                .sorted()
                .toArray();
        for (int i : wanted) {
            int at = i;
            int part = 0;
            while (at >= parts.get(part).size()) {
                at -= parts.get(part++).size();
            }
            Dataset from = parts.get(part);
            set.add(from.image(at), from.label(at), from.id(at));
        }
        return set;
    }

    private Row measure(LoadedSet set) throws IOException {
        double start = Host.processCpuSeconds();
        NearDuplicates.Result result = NearDuplicates.find(set);
        double seconds = Host.processCpuSeconds() - start;
        int[] groups = result.groups(0);
        Map<String, Double> found = new LinkedHashMap<>();
        int wrong = 0;
        int[] some = Arrays.copyOf(Seeds.permutation(set.size(), 12, 0), Math.min(copied, set.size()));
        for (CopyKind kind : CopyKind.values()) {
            LoadedSet copies = LoadedSet.empty(kind.text, set.labels());
            for (int i : some) {
                copies.add(kind.of(set.image(i)), set.label(i), set.id(i));
            }
            boolean[] met = new boolean[some.length];
            for (NearDuplicates.Pair pair :
                    NearDuplicates.find(List.of(set, copies)).pairs()) {
                if (pair.isAcrossParts()) {
                    int copy = pair.second().index();
                    if (pair.first().index() == some[copy]) {
                        met[copy] = true;
                    } else if (groups[pair.first().index()] != groups[some[copy]]) {
                        wrong++;
                    }
                }
            }
            long count = IntStream.range(0, met.length).filter(i -> met[i]).count();
            found.put(kind.text, (double) count / met.length);
        }
        sheet(set, result);
        Row row = row(set.name(), List.of(set), List.of(result), found, wrong, seconds);
        System.err.println(row);
        return row;
    }

    private Row draws(LoadedSet set, int count) throws IOException {
        List<LoadedSet> sets = new ArrayList<>();
        List<NearDuplicates.Result> found = new ArrayList<>();
        double start = Host.processCpuSeconds();
        for (int draw = 0; draw < Math.min(100, set.size() / count); draw++) {
            LoadedSet some =
                    LoadedSet.of(set.name(), set, Arrays.copyOf(Seeds.permutation(set.size(), 13, draw), count));
            sets.add(some);
            found.add(NearDuplicates.find(some));
            sheet(
                    new LoadedSet(
                            set.name() + "-" + count + "-" + draw,
                            some.labels(),
                            some.images(),
                            some.classes(),
                            some.ids()),
                    found.get(draw));
        }
        Row row = row(set.name(), sets, found, Map.of(), 0, Host.processCpuSeconds() - start);
        System.err.println(row);
        return row;
    }

    private static Row row(
            String name,
            List<LoadedSet> sets,
            List<NearDuplicates.Result> results,
            Map<String, Double> found,
            int wrong,
            double seconds) {
        List<NearDuplicates.Pair> near =
                results.stream().flatMap(result -> result.near().stream()).toList();
        boolean scenes = name.equals("drawn bursts");
        int largest = results.stream()
                .flatMap(result -> Arrays.stream(result.groups(0))
                        .boxed()
                        .collect(Collectors.groupingBy(g -> g, Collectors.counting()))
                        .values()
                        .stream())
                .mapToInt(Long::intValue)
                .max()
                .orElse(0);
        return new Row(
                name,
                sets.get(0).size(),
                sets.size(),
                results.stream().mapToInt(result -> result.exact().size()).sum(),
                near.size(),
                (int) near.stream().filter(pair -> !pair.isSameLabel()).count(),
                (int) near.stream()
                        .filter(pair -> scenes
                                && DrawnSets.sameScene(
                                        pair.first().index(), pair.second().index()))
                        .count(),
                largest,
                found,
                wrong,
                seconds);
    }

    /** Draws the pairs that are near, so that people can judge them. */
    private void sheet(LoadedSet set, NearDuplicates.Result result) throws IOException {
        List<NearDuplicates.Pair> near = result.near().stream().limit(SHOWN).toList();
        if (sheets == null || near.isEmpty()) {
            return;
        }
        Files.createDirectories(sheets);
        int cell = 90;
        int rows = (near.size() + PAIRS_IN_A_ROW - 1) / PAIRS_IN_A_ROW;
        BufferedImage image =
                new BufferedImage(PAIRS_IN_A_ROW * (2 * cell + 10), rows * (cell + 6), BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D pen = image.createGraphics();
        pen.setColor(Color.GRAY);
        pen.fillRect(0, 0, image.getWidth(), image.getHeight());
        for (int i = 0; i < near.size(); i++) {
            int x = i % PAIRS_IN_A_ROW * (2 * cell + 10);
            int y = i / PAIRS_IN_A_ROW * (cell + 6);
            NearDuplicates.Pair pair = near.get(i);
            pen.drawImage(set.image(pair.first().index()).toBufferedImage(), x, y, cell, cell, null);
            pen.drawImage(set.image(pair.second().index()).toBufferedImage(), x + cell, y, cell, cell, null);
        }
        pen.dispose();
        ImageIO.write(
                image,
                "png",
                sheets.resolve(set.name().replace(' ', '-') + ".png").toFile());
    }

    private void write(List<Row> rows) throws IOException {
        String command = String.format(
                Locale.ROOT,
                "benchmarks/run duplicates --data %s --half %s --images %d --copied %d",
                data.stream()
                        .map(source -> Optional.ofNullable(Path.of(source).getFileName())
                                .map(Path::toString)
                                .orElse(source))
                        .collect(Collectors.joining(",")),
                half,
                images,
                copied);
        StringBuilder text = new StringBuilder("Near duplicates reported among images of which no two are known to be"
                + " copies; those of `drawn bursts` are frames of one scene, as they should be.\n\n"
                + "| set | images | equal pairs | near pairs | under two labels | largest group | processor seconds |\n"
                + "|---|---|---|---|---|---|---|\n");
        for (Row row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %,d%s | %d | %d%s | %d | %d | %.1f |\n",
                    row.set(),
                    row.images(),
                    row.draws() > 1 ? ", drawn " + row.draws() + " times" : "",
                    row.equal(),
                    row.near(),
                    row.right() > 0 ? ", " + row.right() + " of one scene" : "",
                    row.twoLabels(),
                    row.largestGroup(),
                    row.cpuSeconds()));
        }
        text.append("\nCopies of ")
                .append(copied)
                .append(" images (or of all) among all of the set, found in per cent; wrong: pairs of a copy with an"
                        + " image that does not look like its original.\n\n| set |");
        for (CopyKind kind : CopyKind.values()) {
            text.append(' ').append(kind.text).append(" |");
        }
        text.append(" wrong |\n|---|")
                .append("---|".repeat(CopyKind.values().length + 1))
                .append('\n');
        for (Row row : rows) {
            if (!row.found().isEmpty()) {
                text.append("| ").append(row.set()).append(" |");
                row.found().values().forEach(share -> text.append(String.format(Locale.ROOT, " %.1f |", 100 * share)));
                text.append(' ').append(row.wrong()).append(" |\n");
            }
        }
        String name = half == Half.REPORT ? "duplicates" : "duplicates-calibration";
        results.write(
                name, "Near duplicates: false alarms and copies found", command, Map.of("rows", rows), text.toString());
    }
}
