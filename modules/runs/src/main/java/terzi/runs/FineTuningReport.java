package terzi.runs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import terzi.data.Families;
import terzi.data.NearDuplicates;
import terzi.evaluation.Evaluation;
import terzi.evaluation.LabelErrors;
import terzi.evaluation.report.Conclusions;
import terzi.evaluation.report.Counted;
import terzi.evaluation.report.Report;
import terzi.training.finetune.FineTuningResult;
import terzi.training.recipe.Depth;
import terzi.training.recipe.FineTuningRecipe;
import terzi.training.recipe.Preset;

/**
 * The result of a fine-tuning run in sentences for people who never trained a network: each with the figure that it is based on.
 */
record FineTuningReport(
        FineTuningRecipe recipe,
        FineTuningData data,
        FineTuningResult result,
        RunMeasurement measured,
        Headline headline,
        Optional<OutOfFold> outOfFold,
        Optional<LabelErrors> labelErrors,
        Map<String, Double> stages,
        double seconds) {
    private static final int FEW = 40;
    private static final int FEW_TESTED = 300;
    private static final int ENOUGH_TO_TUNE = 1000;

    /** The sentences by what they are about, in the order to read them. */
    Map<String, String> asMap() {
        Map<String, String> all = new LinkedHashMap<>(conclusions().sentences());
        all.computeIfPresent("how good", (topic, sentences) -> withGroups(sentences));
        all.computeIfPresent(
                "calibration",
                (topic, sentence) -> "The temperature was fitted on "
                        + (result.kept() == FineTuningResult.Stage.HEAD ? "out-of-fold logits. " : "held-out images. ")
                        + sentence);
        all.put("head", head(result.head()));
        all.put("duplicates", duplicates());
        all.put(LeftOut.TITLE, leftOut().sentence());
        all.put("what was kept", sentence(result.why()));
        all.put("time", time());
        all.put("try next", String.join("\n", next()));
        return all;
    }

    /** What groups change: first where it is more than chance. */
    private String withGroups(String sentences) {
        if (outOfFold.isEmpty() || outOfFold.get().ungrouped().isEmpty()) {
            return sentences;
        }
        Evaluation grouped = outOfFold.get().grouped().orElseThrow();
        Evaluation divided = outOfFold.get().ungrouped().orElseThrow();
        String which = data.families().map(Families::text).orElse("near duplicates");
        return outOfFold.get().isGroupedLower()
                ? String.format(
                        Locale.ROOT,
                        "Expect %.1f %% on images of new groups: that is the out-of-fold accuracy with each group in one fold,"
                                + " by %s; random folds, which divide groups, would say %.1f %%. %s",
                        grouped.accuracy() * 100,
                        which,
                        divided.accuracy() * 100,
                        sentences)
                : String.format(
                        Locale.ROOT,
                        "%s Each group was in one fold, by %s: out-of-fold accuracy %.1f %%; random folds, which divide groups,"
                                + " would say %.1f %%.",
                        sentences,
                        which,
                        grouped.accuracy() * 100,
                        divided.accuracy() * 100);
    }

    /** The chosen setting and the best ones of each other kind. */
    static String head(FineTuningResult.HeadReport head) {
        Map<String, FineTuningResult.Trial> best = new LinkedHashMap<>();
        for (FineTuningResult.Trial trial : head.tried()) {
            best.merge(kind(trial.setting()), trial, (a, b) -> b.logLoss() < a.logLoss() ? b : a);
        }
        String others = best.values().stream()
                .filter(trial -> !kind(trial.setting()).equals(kind(head.chosen())))
                .sorted(Comparator.comparingDouble(FineTuningResult.Trial::logLoss))
                .map(trial -> String.format(Locale.ROOT, "%s (%.3f)", trial.setting(), trial.logLoss()))
                .collect(Collectors.joining("; "));
        String chosen = head.tried().stream()
                .filter(trial -> head.chosen().startsWith(trial.setting()))
                .sorted(Comparator.comparingInt(trial -> -trial.setting().length())) // others may begin alike
                .map(trial -> String.format(Locale.ROOT, "out-of-fold log-loss %.3f, ", trial.logLoss()))
                .findFirst()
                .orElse("");
        return sentenceStart(head.chosen()) + " (" + chosen + "of "
                + Counted.of(head.tried().size(), "setting") + " tried)"
                + (others.isEmpty()
                        ? "."
                        : ". Best of the other forms: " + others
                                + ". The simplest form within one standard error of the best is taken.");
    }

    private static String sentenceStart(String clause) {
        return clause.substring(0, 1).toUpperCase(Locale.ROOT) + clause.substring(1);
    }

    private static String kind(String setting) {
        return setting.substring(0, Math.max(0, setting.indexOf(',')));
    }

    private static String sentence(String clause) {
        return sentenceStart(clause) + (clause.endsWith(".") ? "" : ".");
    }

    String markdown(Path file) {
        StringBuilder text =
                new StringBuilder("# ").append(data.splits().name()).append("\n\n");
        text.append("`")
                .append(file.getFileName())
                .append("` distinguishes ")
                .append(Counted.of(result.labels().size(), "class", "classes"))
                .append(": ")
                .append(String.join(", ", result.labels()))
                .append(".\n");
        asMap().forEach((title, sentence) -> text.append("\n**")
                .append(title.substring(0, 1).toUpperCase(Locale.ROOT))
                .append(title.substring(1))
                .append(".** ")
                .append(sentence.contains("\n") ? "\n\n- " + sentence.replace("\n", "\n- ") : sentence)
                .append('\n'));
        text.append("\nImages: ")
                .append(Counted.of(data.splits().train().size(), "training image"))
                .append(", ")
                .append(Counted.of(
                        data.splits().validation().map(part -> part.size()).orElse(0), "validation image"))
                .append(", ")
                .append(Counted.of(data.splits().test().map(part -> part.size()).orElse(0), "test image"))
                .append(". Backbone: ")
                .append(recipe.backbone())
                .append(". All settings: `recipe.yaml`.\n");
        return text.toString();
    }

    Conclusions conclusions() {
        FineTuningResult.Figures figures = result.validation();
        return new Conclusions(
                headline.shown(),
                headline.part(),
                outOfFold.map(OutOfFold::folds),
                Optional.of(new Conclusions.Fit(figures.trainAccuracy(), 0, figures.accuracy(), figures.images())),
                Optional.empty(),
                Optional.of(LearnedPart.of(recipe, result).part()),
                labelErrors);
    }

    private String duplicates() {
        NearDuplicates.Result found = data.duplicates();
        if (found.pairs().isEmpty()) {
            return "None found.";
        }
        List<String> sentences = new ArrayList<>();
        if (!found.exact().isEmpty()) {
            sentences.add(example(found.exact(), " the same pixels", " have"));
        }
        if (!found.near().isEmpty()) {
            sentences.add(example(found.near(), " like the same image; check by eye", " look"));
        }
        if (!data.given()) {
            sentences.add(
                    found.parted().isEmpty()
                            ? "All were kept on the same side of every split."
                            : "They were kept on the same side of every split, except "
                                    + pairs(found.parted().size())
                                    + " of look-alikes whose groups were too large for one side.");
        } else if (data.straddling() == 0) {
            sentences.add("None is in both the training and the test set.");
        } else {
            sentences.add(data.straddling()
                    + (data.straddling() == 1 ? " test image is" : " test images are")
                    + " among them, so the test figure may be too high.");
        }
        int contradictions = found.contradictions().size();
        if (contradictions > 0) {
            sentences.add("Contradictory labels: " + pairs(contradictions) + (contradictions == 1 ? " has" : " have")
                    + " the same pixels under two labels.");
        }
        return String.join(" ", sentences);
    }

    private static String example(List<NearDuplicates.Pair> pairs, String what, String verb) {
        NearDuplicates.Pair first = pairs.get(0);
        String agreeing = pairs.size() > 1 ? verb : verb.equals(" have") ? " has" : verb + "s";
        return pairs(pairs.size()) + " of images" + agreeing + what + ", such as "
                + first.second().id() + " and " + first.first().id() + ".";
    }

    private static String pairs(int count) {
        return Sizes.count(count) + (count == 1 ? " pair" : " pairs");
    }

    LeftOut leftOut() {
        return new LeftOut(data.splits().report(), result.skipped(), measured.unreadable());
    }

    private String time() {
        String parts = stages.entrySet().stream()
                .filter(stage -> stage.getValue() >= 0.05)
                .map(stage -> stage.getKey() + " " + Sizes.duration(stage.getValue()))
                .collect(Collectors.joining(", "));
        FineTuningResult.Timings timings = result.timings();
        return String.format(
                Locale.ROOT,
                "%s in all: %s. Of the fine-tuning: features %s (%s computed, the others were cached), head %s, deeper layers"
                        + " %s.",
                Sizes.duration(seconds),
                parts,
                Sizes.duration(timings.features()),
                Counted.of(timings.computed(), "view"),
                Sizes.duration(timings.head()),
                Sizes.duration(timings.tuning()));
    }

    private List<String> next() {
        List<String> ideas = new ArrayList<>(conclusions().next(training()));
        int[] counts = data.splits().train().classCounts();
        int smallest = IntStream.range(0, counts.length).reduce(0, (a, b) -> counts[b] < counts[a] ? b : a);
        Optional<Evaluation> best = conclusions().best();
        if (counts[smallest] < FEW && best.map(Evaluation::accuracy).orElse(0.0) < 0.98) {
            ideas.add(
                    "Add images: the smallest class, " + data.splits().labels().get(smallest) + ", has only "
                            + Counted.of(counts[smallest], "training image"));
        }
        if (recipe.finetune().input().enlarge()
                < Preset.BALANCED.options().input().enlarge()) {
            ideas.add(
                    "The recipe 'balanced', which uses larger images, if details matter: compare the out-of-fold figures");
        } else if (recipe.finetune().input().enlarge()
                < Preset.BEST.options().input().enlarge()) {
            ideas.add(
                    "The recipe 'best', which uses even larger images, if details matter: compare the out-of-fold figures");
        }
        if (recipe.finetune().unfreeze().depth() instanceof Depth.None
                && data.splits().train().size() >= ENOUGH_TO_TUNE
                && best.map(Evaluation::accuracy).orElse(0.0) < 0.98) {
            ideas.add(
                    "A second stage, unfreeze.depth.stages=1, if the images look unlike photographs of things: it takes far"
                            + " longer, and is kept only where it is better than the head on images held out");
        }
        if (outOfFold.isEmpty() && best.map(Evaluation::count).orElse(0) < FEW_TESTED) {
            ideas.add("5 folds and no test set, for a figure based on every image");
        }
        ideas.add("terzi explain, to see which regions it relies on");
        return ideas;
    }

    /** The epochs of the second stage, if there was one. */
    Report.Training training() {
        return result.tuning()
                .map(tuning -> new Report.Training(
                        tuning.history().stream()
                                .map(epoch -> new Report.Step(
                                        epoch.number(),
                                        epoch.trainLoss(),
                                        epoch.trainAccuracy(),
                                        epoch.validationLoss(),
                                        epoch.validationAccuracy(),
                                        epoch.learningRate()))
                                .toList(),
                        result.kept() == FineTuningResult.Stage.TUNING ? tuning.bestEpoch() : 0,
                        recipe.finetune()
                                .training()
                                .plainFrom(recipe.finetune().images().views().count() > 1)))
                .orElse(Report.Training.NONE);
    }
}
