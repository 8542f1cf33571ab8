package terzi.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the cache of features brings: a new head for ResNet-50 with it, against a loop that runs the network in every epoch. */
@Command(
        name = "head",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Trains a head on cached features and with the frozen network in the loop, in turn, from an empty"
                + " cache, decoding included.")
final class HeadComparison implements Callable<Integer> {
    @Option(names = "--data", required = true, description = "folder with a sub-folder of images for each class")
    String data = "";

    @Option(names = "--photos", defaultValue = "60", description = "drawn from the folder")
    int photos;

    @Option(names = "--epochs", defaultValue = "20", description = "of the loop")
    int epochs;

    @Option(names = "--rounds", defaultValue = "3", description = "each runs both sides once")
    int rounds;

    @Option(names = "--threads", defaultValue = "2")
    int threads;

    @Option(names = "--alone", description = "only the cached side; for the time that a large set takes")
    boolean alone;

    @Option(names = "--minutes", defaultValue = "15", description = "limit for one run of one side")
    int minutes;

    @Mixin
    final Results results = new Results();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new HeadComparison()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Paired paired = new Paired(rounds, Duration.ofMinutes(minutes), System.err::println);
        if (alone) {
            // against itself, so that the ratio shows how far the machine can be trusted
            Comparison comparison = paired.compare(side("cached", "CACHED"), side("cached again", "CACHED"));
            write("head-" + photos, "A new head for ResNet-50, " + photos + " photos, twice the same", comparison);
        } else {
            Comparison comparison = paired.compare(side("cached", "CACHED"), side("in the loop", "LOOP"));
            write(
                    "head",
                    "A new head for ResNet-50: features computed once, and in each of " + epochs + " epochs",
                    comparison);
        }
        return 0;
    }

    private void write(String name, String title, Comparison comparison) throws IOException {
        String command = String.format(
                Locale.ROOT,
                "benchmarks/run head --data FOLDER --photos %d --epochs %d --rounds %d --threads %d%s",
                photos,
                epochs,
                rounds,
                threads,
                alone ? " --alone" : "");
        results.write(name, title, command, comparison);
    }

    private Side side(String name, String how) {
        List<String> arguments = new ArrayList<>(List.of("--how", how, "--data", data));
        arguments.addAll(List.of("--photos", "" + photos, "--epochs", "" + epochs, "--threads", "" + threads));
        return Side.terzi(name, TrainHead.class, arguments);
    }
}
