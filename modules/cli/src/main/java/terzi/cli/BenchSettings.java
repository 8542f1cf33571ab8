package terzi.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import terzi.bench.BenchOptions;
import terzi.bench.Place;

/** What the options of {@code terzi bench} mean. */
record BenchSettings(BenchOptions options) {

    /** @throws IllegalArgumentException for what cannot be */
    static BenchSettings of(BenchCommand.What what, BenchCommand.HowLong howLong, BenchCommand.Programs programs) {
        BenchOptions base =
                howLong.quick ? BenchOptions.quick() : howLong.full ? BenchOptions.full() : BenchOptions.normal();
        return new BenchSettings(new BenchOptions(
                base.mode(),
                what.backends.isEmpty() ? base.backends() : BenchOptions.separate(what.backends),
                what.threads.isEmpty() ? base.threads() : what.threads,
                what.batches.isEmpty() ? base.batches() : what.batches,
                Objects.requireNonNullElse(howLong.budget, base.budget()),
                Objects.requireNonNullElse(howLong.processes, base.processes()),
                Objects.requireNonNullElse(howLong.rounds, base.rounds()),
                Objects.requireNonNullElse(what.load, base.load()),
                Optional.ofNullable(what.images),
                new Place(
                        Optional.ofNullable(programs.workers).or(BenchSettings::ownWorkers),
                        programs.python,
                        programs.node,
                        Optional.ofNullable(programs.nativeWorker)),
                howLong.seed));
    }

    /** Beside the launcher, which says where it is. */
    private static Optional<Path> ownWorkers() {
        return Optional.ofNullable(System.getProperty("terzi.home"))
                .map(home -> Path.of(home, "benchmarks", "peers"))
                .filter(Files::isDirectory);
    }
}
