package terzi.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import terzi.bench.BenchReport.Agreement;
import terzi.bench.BenchReport.Entry;
import terzi.bench.BenchReport.Host;
import terzi.files.Machine;

/** What makes figures less trustworthy, and what to do about it. */
final class Doubts {
    private static final double BUSY = 0.05;
    private static final double STOLEN = 0.01;
    private static final double DRIFT = 0.05;
    private static final double HOT = 90;

    private Doubts() {}

    static List<String> about(Host host, List<Entry> entries, BenchOptions options) {
        List<String> doubts = new ArrayList<>();
        if (host.othersShare() > BUSY) {
            doubts.add(percent(
                    "other programs took %.0f %% of the processors: close them and measure again", host.othersShare()));
        }
        if (host.loadBefore() > 0.5 * host.cores()) {
            doubts.add(String.format(
                    Locale.ROOT,
                    "the load was %.1f on %s before it began: wait until the machine is idle",
                    host.loadBefore(),
                    Machine.cores(host.cores())));
        }
        if (host.stolenShare() > STOLEN) {
            doubts.add(percent("the host of this virtual machine took %.0f %% of the time", host.stolenShare()));
        }
        if (host.drift() > DRIFT) {
            doubts.add(percent(
                    "a fixed piece of work took up to %.0f %% longer than at its fastest: the processor's frequency changed,"
                            + " or others shared it",
                    host.drift()));
        }
        host.quota()
                .filter(quota -> quota < host.cores())
                .ifPresent(quota -> doubts.add(String.format(
                        Locale.ROOT,
                        "the container may use %.1f processors and sees %d: long tails may be its scheduler's",
                        quota,
                        host.cores())));
        host.governor()
                .filter(governor -> governor.equals("powersave"))
                .ifPresent(governor ->
                        doubts.add("the processor's frequency is governed by 'powersave'; 'performance' varies less"));
        host.hottest()
                .filter(degrees -> degrees > HOT)
                .ifPresent(degrees -> doubts.add(String.format(
                        Locale.ROOT, "the processor is at %.0f degrees: it may slow itself down", degrees)));
        for (Entry entry : entries) {
            entry.figures()
                    .filter(figures -> !figures.stable())
                    .ifPresent(figures -> doubts.add(String.format(
                            Locale.ROOT,
                            "%s: times were not yet stable after warming up for %.0f s",
                            entry.id(),
                            figures.warmUpSeconds())));
            entry.figures()
                    .flatMap(figures -> figures.agreement())
                    .flatMap(agreement -> doubt(entry, agreement))
                    .ifPresent(doubts::add);
        }
        if (options.processes() == 1) {
            doubts.add(
                    "one process for each backend: differences of a few per cent may be the luck of its memory, so less"
                            + " than 5 % is called no difference");
        }
        return doubts;
    }

    private static String percent(String format, double share) {
        return String.format(Locale.ROOT, format, 100 * share);
    }

    private static Optional<String> doubt(Entry entry, Agreement agreement) {
        return switch (agreement.grade()) {
            case EQUAL -> Optional.empty();
            case COARSER ->
                Optional.of(String.format(
                        Locale.ROOT,
                        "%s: its answers are coarser than the baseline's: all labels are the same, logits differ by up to"
                                + " %.3g where the largest is %.3g",
                        entry.id(),
                        agreement.largestDifference(),
                        agreement.largestLogit()));
            case OTHER ->
                Optional.of(String.format(
                        Locale.ROOT,
                        "%s: its answers are not those of the baseline (logits differ by up to %.3g, %.0f %% of the"
                                + " labels are the same): its speed means nothing",
                        entry.id(),
                        agreement.largestDifference(),
                        100 * agreement.sameLabel()));
        };
    }
}
