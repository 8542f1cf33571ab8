package terzi.bench;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import terzi.bench.BenchReport.Agreement.Grade;
import terzi.bench.BenchReport.Entry;
import terzi.bench.BenchReport.Estimate;
import terzi.bench.BenchReport.Figures;
import terzi.bench.BenchReport.Host;
import terzi.bench.BenchReport.Load;
import terzi.bench.BenchReport.Subject;
import terzi.bench.BenchReport.Throughput;
import terzi.bench.BenchReport.Verdict.Word;

/** What a report's figures say, in sentences. */
final class Findings {
    private final BenchReport report;

    Findings(BenchReport report) {
        this.report = report;
    }

    /** An entry that has figures. */
    record Ranked(Entry entry, Figures figures) {
        String id() {
            return entry.id();
        }

        /** Ids are different within a subject. */
        boolean is(Ranked other) {
            return id().equals(other.id());
        }

        boolean isWrong() {
            return figures.agreement()
                    .filter(agreement -> agreement.grade() == Grade.OTHER)
                    .isPresent();
        }

        /** The batch size with the most images a second. */
        Optional<Throughput> best() {
            return figures.throughput().stream()
                    .max(Comparator.comparingDouble(t -> t.perSecond().value()));
        }
    }

    /** Those with figures, the fastest first; however fast, wrong answers come last. */
    List<Ranked> measured(Subject subject) {
        return report.entries().stream()
                .filter(entry -> entry.subject() == subject)
                .flatMap(entry -> entry.figures().map(figures -> new Ranked(entry, figures)).stream())
                .sorted(Comparator.comparing(Ranked::isWrong)
                        .thenComparing(one -> one.figures().latency().p50().value()))
                .toList();
    }

    List<Entry> unavailable() {
        return report.entries().stream().filter(entry -> !entry.isMeasured()).toList();
    }

    private List<Ranked> right(Subject subject) {
        return measured(subject).stream().filter(one -> !one.isWrong()).toList();
    }

    private List<Ranked> wrong() {
        return measured(Subject.NETWORK).stream().filter(Ranked::isWrong).toList();
    }

    private List<Ranked> coarser() {
        return measured(Subject.NETWORK).stream()
                .filter(one -> one.figures()
                        .agreement()
                        .filter(a -> a.grade() == Grade.COARSER)
                        .isPresent())
                .toList();
    }

    /** The one with the shortest median, of those with right answers. */
    Optional<Ranked> fastest(Subject subject) {
        return right(subject).stream().findFirst();
    }

    /** The one with the most images a second, of those with right answers. */
    Optional<Ranked> busiest(Subject subject) {
        return right(subject).stream()
                .filter(one -> one.best().isPresent())
                .max(Comparator.comparingDouble(
                        one -> one.best().orElseThrow().perSecond().value()));
    }

    /** What to choose, in a sentence for each subject. */
    String choice() {
        String text = List.of(Subject.NETWORK, Subject.FILES).stream()
                .flatMap(subject -> choice(subject).stream())
                .collect(Collectors.joining("\n"));
        if (text.isEmpty()) {
            return "Nothing could be measured.";
        }
        List<Ranked> wrong = wrong();
        List<Ranked> coarser = coarser();
        return text
                + (coarser.isEmpty() ? "" : "\nSame labels, but coarser logits: " + names(coarser) + ".")
                + (wrong.isEmpty() ? "" : "\nNot counted, for wrong answers: " + names(wrong) + ".");
    }

    /** The largest share of the processors that others took while a backend was measured; empty where none was disturbed. */
    private Optional<Double> disturbance(Subject subject) {
        return measured(subject).stream()
                .filter(one -> one.figures().isDisturbed())
                .flatMap(one -> one.figures().othersShare().stream())
                .max(Comparator.naturalOrder());
    }

    private static String busy(double share) {
        return "other programs took up to " + Digits.percent(share)
                + " of the processors while backends were measured; close them and measure again";
    }

    private Optional<String> choice(Subject subject) {
        Optional<Double> disturbance = disturbance(subject);
        if (disturbance.isPresent()) {
            return Optional.of("Nothing to choose, " + Digits.subject(subject) + ": the machine was too busy to tell, "
                    + busy(disturbance.get()) + ".");
        }
        return fastest(subject)
                .map(fastest -> "To choose, " + Digits.subject(subject) + ": fastest for one image at a time: "
                        + fastest.id() + " ("
                        + Digits.three(fastest.figures().latency().p50().value()) + " ms)"
                        + alike(subject, fastest)
                        + busiest(subject)
                                .map(busiest -> "; most images a second: " + busiest.id() + " with batch "
                                        + busiest.best().orElseThrow().batch() + " ("
                                        + Digits.three(busiest.best()
                                                .orElseThrow()
                                                .perSecond()
                                                .value())
                                        + ")")
                                .orElse("")
                        + ".");
    }

    private String alike(Subject subject, Ranked fastest) {
        List<Ranked> alike = right(subject).stream()
                .skip(1)
                .filter(other -> !isSlower(against(other, fastest)))
                .toList();
        return alike.isEmpty() ? "" : ", not to be told apart from " + names(alike);
    }

    private Estimate against(Ranked other, Ranked fastest) {
        return Verdicts.ratio(
                other.figures().latency().perRound(),
                fastest.figures().latency().perRound(),
                report.method().seed());
    }

    private boolean isSlower(Estimate ratio) {
        return Verdicts.of(ratio, report.method().margin()).word() == Word.SLOWER;
    }

    private static String names(List<Ranked> entries) {
        return entries.stream().map(Ranked::id).collect(Collectors.joining(", "));
    }

    /** Sentences by what they are about, in the order to read them. */
    Map<String, String> sentences() {
        Map<String, String> sentences = new LinkedHashMap<>();
        for (Subject subject : Subject.values()) {
            fastest(subject)
                    .ifPresent(fastest -> sentences.put(
                            subject == Subject.NETWORK ? "One image at a time" : "From file to label",
                            oneByOne(subject, fastest)));
        }
        busiest(Subject.NETWORK).ifPresent(busiest -> sentences.put("Many images", many(busiest)));
        fastest(Subject.NETWORK)
                .flatMap(fastest -> fastest.figures().load().map(load -> underLoad(fastest, load)))
                .ifPresent(sentence -> sentences.put("Random arrivals", sentence));
        sentences.put("Answers", answers());
        sentences.put("The machine", machine());
        return sentences;
    }

    private String oneByOne(Subject subject, Ranked fastest) {
        String first = fastest.id() + " answers in "
                + Digits.inWords(fastest.figures().latency().p50(), " ms") + againstBaseline(subject, fastest) + ".";
        List<Ranked> right = right(subject);
        if (right.size() == 1) {
            return first;
        }
        Optional<Double> disturbance = disturbance(subject);
        if (disturbance.isPresent()) {
            return first + " That says nothing about the order of the backends: " + busy(disturbance.get()) + ".";
        }
        String alike = alike(subject, fastest);
        if (!alike.isEmpty()) {
            return first + " That is" + alike.substring(1) + ".";
        }
        Estimate next = against(right.get(1), fastest);
        return first + " The next, " + right.get(1).id() + ", takes " + Digits.inWords(next, " times as long")
                + ", which is more than noise.";
    }

    private String againstBaseline(Subject subject, Ranked fastest) {
        return fastest.entry()
                .verdict()
                .flatMap(verdict -> report.baseline(subject).map(baseline -> switch (verdict.word()) {
                    case FASTER, SLOWER -> ", " + Digits.verdict(verdict) + " than the baseline " + baseline.id();
                    case NO_DIFFERENCE -> ", no difference from the baseline " + baseline.id();
                    case UNCLEAR -> ", too noisy to tell from the baseline " + baseline.id();
                    case BUSY -> ", on a machine too busy to compare it with the baseline " + baseline.id();
                }))
                .orElse(", and is the baseline");
    }

    private static String many(Ranked busiest) {
        Throughput best = busiest.best().orElseThrow();
        String first = busiest.id() + " computes " + Digits.inWords(best.perSecond(), " images a second")
                + " in batches of " + best.batch();
        return first
                + busiest.figures().throughput().stream()
                        .filter(one -> one.batch() == 1 && best.batch() != 1)
                        .findFirst()
                        .map(single ->
                                ", and " + Digits.three(single.perSecond().value()) + " one by one.")
                        .orElse(".");
    }

    private static String underLoad(Ranked fastest, Load load) {
        return "When " + Digits.three(load.arrivalsPerSecond())
                + " images a second arrive at random, 99 of 100 get their"
                + " answer from " + fastest.id() + " within "
                + Digits.three(load.response().p99().value()) + " ms; counted from the start of each call alone, as a"
                + " closed loop does, it would be "
                + Digits.three(load.service().p99().value()) + " ms.";
    }

    private String answers() {
        List<Ranked> compared = measured(Subject.NETWORK).stream()
                .filter(one -> one.figures().agreement().isPresent())
                .toList();
        if (compared.isEmpty()) {
            return "There was nothing to compare answers with.";
        }
        List<Ranked> wrong = wrong();
        if (wrong.isEmpty()) {
            double largest = compared.stream()
                    .mapToDouble(one -> one.figures().agreement().orElseThrow().largestDifference())
                    .max()
                    .orElse(0);
            List<Ranked> coarser = coarser();
            return (coarser.isEmpty()
                            ? "All agree"
                            : "All give the same labels, though the logits of " + names(coarser) + " are coarser,")
                    + " on " + report.method().images() + " images; the largest difference of a logit is "
                    + Digits.difference(largest) + ".";
        }
        return "WRONG ANSWERS: "
                + wrong.stream()
                        .map(one -> one.id() + " (the baseline's label on "
                                + Digits.percent(
                                        one.figures().agreement().orElseThrow().sameLabel())
                                + " of the images, a logit differs by up to "
                                + Digits.difference(
                                        one.figures().agreement().orElseThrow().largestDifference())
                                + ")")
                        .collect(Collectors.joining("; "))
                + ". The times of such a backend mean nothing.";
    }

    private String machine() {
        Host host = report.host();
        String figures = "other programs took " + Digits.percent(host.othersShare())
                + " of the processors' time, and a fixed piece of work was up to " + Digits.percent(host.drift())
                + " slower than at its fastest";
        return report.warnings().isEmpty()
                ? "Quiet enough: " + figures + "."
                : "Take the figures with care: " + figures + "; see the warnings below.";
    }

    /** How it was measured, in a sentence or two. */
    String method() {
        BenchReport.Method method = report.method();
        return "Mode " + method.mode() + ": each backend in " + method.processes()
                + (method.processes() == 1 ? " process" : " processes") + " of its own, " + method.rounds()
                + (method.rounds() == 1 ? " round" : " rounds")
                + " in each, interleaved in random order, after a warm-up"
                + " until times are stable; " + Digits.three(method.seconds()) + " seconds in all. Intervals are 95 %"
                + " bootstrap intervals over processes and rounds; a ratio below "
                + Digits.percent(method.margin())
                + " with a narrow interval is called no difference, one whose interval"
                + " does not leave 1 out too noisy to tell. Answers were compared on "
                + method.images() + " images. Seed " + method.seed() + ".";
    }
}
