package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import terzi.data.Grouping;
import terzi.files.RunFile;
import terzi.runs.FineTuningSettings;

/**
 * What a fine-tuned classifier is worth on images from elsewhere: accuracy by groups, strangeness of images of something else
 * and of a class that was left out, coverage of prediction sets, and the search for wrong labels.
 */
@Command(
        name = "elsewhere",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Measures fine-tuning on images of other groups, of something else, and with wrong labels.")
final class Elsewhere implements Callable<Integer> {
    @Option(names = "--data", required = true, description = "folder with a sub-folder of images for each class")
    Path data = Path.of("");

    @Option(names = "--strangers", split = ",", description = "folders with images of something else; repeatable")
    List<Path> strangers = new ArrayList<>();

    @Option(names = "--most", defaultValue = "200", description = "at most so many images of each such folder")
    int most;

    @Option(names = "--groups", defaultValue = "auto", description = "rule for images that stay together")
    String groups = "";

    @Option(names = "--recipe", defaultValue = "fast", description = "preset or recipe file")
    String recipe = "";

    @Option(names = "--backbone", defaultValue = "resnet50", description = "pretrained network")
    String backbone = "";

    @Option(
            names = "--seeds",
            split = ",",
            defaultValue = "0,1,2",
            description = "random seeds; strangers, classes left out and sets are measured with the first one")
    List<Long> seeds = List.of();

    @Option(names = "--wrong", defaultValue = "0.1", description = "share of the labels that are changed")
    double wrong;

    @Mixin
    final Results results = new Results();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Elsewhere()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        FineTuningSettings settings =
                FineTuningSettings.defaults().withRecipe(recipe).withBackbone(backbone);
        try (Trials trials = new Trials(settings)) {
            MeasuredRun first = trials.run(ImageList.read(data.toString()), Grouping.parse(groups), seeds.get(0));
            ImageList images =
                    ImageList.read(RunFile.SPLIT.in(first.run().folder()).toString());
            List<Strangers> others = new ArrayList<>();
            for (Path folder : strangers) {
                others.add(Strangers.of(name(folder), Strangers.drawn(folder, most), first));
            }
            List<Strangers> leftOut = leftOut(trials, images);
            List<ElsewhereFigures.Accuracy> accuracies = new ArrayList<>();
            List<WrongLabels> wrongLabels = new ArrayList<>();
            for (long seed : seeds) {
                try (MeasuredRun clean = seed == seeds.get(0) ? first : trials.run(images, images.groups(), seed)) {
                    accuracies.add(ElsewhereFigures.Accuracy.of(seed, clean));
                    wrongLabels.add(WrongLabels.measure(trials, images, clean, wrong, seed));
                }
            }
            write(new ElsewhereFigures(
                    images.size(),
                    first.run().head(),
                    accuracies,
                    Strangers.rejected(first.strangeness()),
                    others,
                    leftOut,
                    ElsewhereFigures.coverage(first.sets()),
                    wrongLabels,
                    trials.count()));
        }
        return 0;
    }

    /** Each class as strangers to a classifier of the others, of which there must be two. */
    private List<Strangers> leftOut(Trials trials, ImageList images) throws IOException {
        List<Strangers> leftOut = new ArrayList<>();
        for (String label : images.labels().size() < 3 ? List.<String>of() : images.labels()) {
            ImageList others = images.where(entry -> !entry.label().equals(label));
            ImageList left = images.where(entry -> entry.label().equals(label));
            try (MeasuredRun run = trials.run(others, images.groups(), seeds.get(0))) {
                leftOut.add(Strangers.of(label, left.paths(), run));
            }
        }
        return leftOut;
    }

    private void write(ElsewhereFigures figures) throws IOException {
        List<String> command = new ArrayList<>(List.of("benchmarks/run elsewhere --data", name(data)));
        if (!strangers.isEmpty()) {
            command.add("--strangers " + strangers.stream().map(Elsewhere::name).collect(Collectors.joining(","))
                    + " --most " + most);
        }
        command.add("--groups " + groups + " --recipe " + name(Path.of(recipe)) + " --backbone "
                + name(Path.of(backbone)) + " --seeds "
                + seeds.stream().map(String::valueOf).collect(Collectors.joining(",")) + " --wrong " + wrong);
        results.write(
                "elsewhere-" + name(data),
                "Images from elsewhere: " + name(data),
                String.join(" ", command),
                Map.of("figures", figures),
                figures.text());
    }

    private static String name(Path path) {
        return Optional.ofNullable(path.toAbsolutePath().normalize().getFileName())
                .map(Path::toString)
                .orElse("");
    }
}
