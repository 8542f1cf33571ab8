package terzi.benchmarks;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Seconds from typing {@code ./terzi train} to the first step's figures on the terminal. The launcher runs on a
 * pseudo-terminal (util-linux's {@code script}), since only there the first step shows at once.
 */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Times ./terzi train from its start to the first step.")
final class StartUp implements Callable<Integer> {

    @Option(names = "--rounds", defaultValue = "7", description = "the first, which may build, is not counted")
    int rounds;

    @Option(names = "--minutes", defaultValue = "10", description = "limit for one round")
    int minutes;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new StartUp()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path launcher = Path.of("terzi").toAbsolutePath();
        Path recipe = Path.of("models/fashion-mnist-deep").toAbsolutePath();
        if (!Files.isExecutable(launcher) || !Files.isDirectory(recipe)) {
            throw new IOException("no terzi and models/fashion-mnist-deep here: start from the repository's root");
        }
        double[] seconds = new double[rounds];
        for (int round = -1; round < rounds; round++) {
            double taken = round(launcher, recipe);
            System.err.printf(Locale.ROOT, "%s: %.2f s%n", round < 0 ? "rehearsal" : "round " + (round + 1), taken);
            if (round >= 0) {
                seconds[round] = taken;
            }
        }
        double[] sorted = seconds.clone();
        Arrays.sort(sorted);
        System.out.printf(
                Locale.ROOT,
                "{\"metric\": \"first_step_seconds\", \"median\": %.3f, \"min\": %.3f, \"max\": %.3f, \"rounds\": %d}%n",
                SideRun.median(seconds),
                sorted[0],
                sorted[rounds - 1],
                rounds);
        return 0;
    }

    private double round(Path launcher, Path recipe) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("terzi-start");
        String command = "stty cols 120 rows 40; exec '" + launcher + "' train '" + recipe + "'";
        long began = System.nanoTime();
        Process process = new ProcessBuilder("script", "-qec", command, "/dev/null")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        CompletableFuture<Void> watchdog = CompletableFuture.runAsync(
                () -> end(process), CompletableFuture.delayedExecutor(minutes, TimeUnit.MINUTES));
        StringBuilder heard = new StringBuilder();
        try (Reader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (int c = out.read(); c >= 0; c = out.read()) {
                heard.append((char) c);
                if (c == '/' && heard.indexOf("epoch 1/") >= 0) {
                    return (System.nanoTime() - began) / 1e9;
                }
            }
            throw new IOException("./terzi train ended before its first step:\n" + heard);
        } finally {
            watchdog.cancel(false);
            end(process);
            process.waitFor();
            deleteTree(folder);
        }
    }

    /** The launcher and the JVM that it became, too. */
    private static void end(Process process) {
        List<ProcessHandle> family = process.descendants().toList();
        family.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        family.forEach(member -> member.onExit().join());
    }

    static void deleteTree(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
