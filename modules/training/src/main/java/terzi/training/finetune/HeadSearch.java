package terzi.training.finetune;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import terzi.data.Splits;
import terzi.training.finetune.FineTuningListener.Work;
import terzi.training.recipe.HeadFitting;
import terzi.training.recipe.HeadForm;
import terzi.training.run.Cancellation;

/** The first stage: tries forms of heads on sets of features, and fits the chosen one to all images. */
final class HeadSearch implements AutoCloseable {
    /** Up to so many images of a class, a choice would be noise: one setting that does well with few images is taken. */
    private static final int FEW_PER_CLASS = 10;

    private static final double SHRINKAGE_FOR_FEW = 0.95;
    /** Ranks of simplicity on one set of features: discriminant, linear and kernel, each with its logits as they are and mapped. */
    private static final int RANKS = 6;

    private static final int LINEAR = 2;
    private static final int KERNEL = 4;

    private final NDManager manager;
    private final HeadFitter.Data data;
    private final HeadFitting options;
    private final Divisions divisions;
    private final HeadFitter.Search search;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<HeadCandidate> candidates = new ArrayList<>();
    private Optional<KernelFitter.Setting> start = Optional.empty();

    /**
     * How images are divided for the choice.
     *
     * @param folds inner folds, with each group in one of them
     * @param ungrouped folds that divide the groups, for comparison
     */
    record Divisions(List<Splits.Split> folds, Optional<List<Splits.Split>> ungrouped) {}

    private HeadSearch(
            NDManager manager,
            HeadFitter.Data data,
            HeadFitting options,
            Divisions divisions,
            Cancellation cancellation,
            FineTuningListener listener,
            int sets) {
        this.manager = manager;
        this.data = data;
        this.options = options;
        this.divisions = divisions;
        HeadFitting.Kernel kernel = options.kernel();
        long each = (isTried(HeadForm.DISCRIMINANT)
                        ? options.discriminant().powers().size()
                        : 0)
                + (isTried(HeadForm.LINEAR)
                        ? (long) divisions.folds().size() * options.strengths().size()
                        : 0)
                + (isTried(HeadForm.KERNEL) ? (isExact() ? KernelFitter.work(kernel) : NystromFitter.work(kernel)) : 0);
        long total = sets * (isFew() ? 1 : each);
        this.search = new HeadFitter.Search(divisions.folds(), cancellation, new Meter(listener, Work.HEAD, 0, total));
    }

    /**
     * Fits a head.
     *
     * @param sets the features to choose among, ascending
     */
    static HeadFit fit(
            NDManager manager,
            HeadFitter.Data data,
            List<FeatureSet> sets,
            HeadFitting options,
            Divisions divisions,
            Cancellation cancellation,
            FineTuningListener listener) {
        List<FeatureSet> tried =
                isFew(options, data) ? sets.stream().filter(FeatureSet::withFew).toList() : sets;
        try (HeadSearch all = new HeadSearch(manager, data, options, divisions, cancellation, listener, tried.size())) {
            for (int set = 0; set < tried.size(); set++) {
                all.collect(
                        data.withWidth(tried.get(set).width()),
                        set * RANKS,
                        tried.get(set).name());
            }
            return all.chosen();
        }
    }

    /** Whether the form is free and there are too few images to choose. */
    private boolean isFew() {
        return isFew(options, data);
    }

    private static boolean isFew(HeadFitting options, HeadFitter.Data data) {
        return options.form() == HeadForm.AUTO && data.labels().length <= FEW_PER_CLASS * data.classes();
    }

    /** Whether a kernel can be solved for all images. */
    private boolean isExact() {
        return KernelFitter.views(data.labels().length, data.views(), options.kernel()) > 0;
    }

    /** A linear head takes long: without being asked for, it is tried only where neither an exact kernel nor a map can be. */
    private boolean isTried(HeadForm form) {
        boolean isFree = form != HeadForm.LINEAR || (!isExact() && !LogitMap.isPossible(data));
        return options.form() == form || (options.form() == HeadForm.AUTO && isFree);
    }

    private void collect(HeadFitter.Data on, int simplicity, String name) {
        int views = isExact() ? KernelFitter.views(on.labels().length, on.views(), options.kernel()) : on.views();
        Map<Integer, Powers> powers = new HashMap<>();
        IntFunction<Powers> powersOf =
                count -> powers.computeIfAbsent(count, of -> opened(new Powers(manager, on.withViews(of))));
        if (isTried(HeadForm.DISCRIMINANT)) {
            DiscriminantFitter fitter =
                    opened(new DiscriminantFitter(manager, powersOf.apply(on.views()), on, search, simplicity, name));
            if (isFew()) {
                List<Double> all = options.discriminant().powers();
                candidates.addAll(fitter.judged(all.get(all.size() / 2), List.of(SHRINKAGE_FOR_FEW)));
                return;
            }
            add(fitter.search(options.discriminant()));
        }
        if (isTried(HeadForm.LINEAR)) {
            candidates.addAll(opened(new HeadFitter(manager, on, options, search, simplicity + LINEAR, name))
                    .search());
        }
        if (isTried(HeadForm.KERNEL)) {
            List<KernelFitter.Tried> tried = kernels(powersOf.apply(views), on.withViews(views), simplicity, name);
            start = Optional.of(KernelFitter.best(tried).setting());
            add(tried.stream().map(KernelFitter.Tried::candidate).toList());
        }
    }

    private List<KernelFitter.Tried> kernels(Powers powers, HeadFitter.Data on, int simplicity, String name) {
        HeadFitting.Kernel kernel = options.kernel();
        KernelFitter.Setting from = start.orElseGet(() -> KernelFitter.Setting.middle(kernel));
        int rank = simplicity + KERNEL;
        return isExact()
                ? opened(new KernelFitter(manager, powers, on, search, rank, name))
                        .search(kernel, from)
                : opened(new NystromFitter(manager, powers, on, search, rank, name))
                        .search(kernel, from);
    }

    /** Adds candidates of one form, and the best of them with its logits mapped. */
    private void add(List<HeadCandidate> found) {
        candidates.addAll(found);
        if (!isExact() && LogitMap.isPossible(data)) {
            HeadCandidate best = found.stream()
                    .min(Comparator.comparingDouble(HeadCandidate::logLoss))
                    .orElseThrow();
            candidates.add(new LogitMap(manager, data, options, search).best(best));
        }
    }

    private HeadFit chosen() {
        HeadChoice choice = new HeadChoice(candidates, data);
        HeadCandidate best = choice.best();
        FittedHead head = best.head().get();
        String note = open.stream()
                .filter(HeadFitter.class::isInstance)
                .map(fitter -> ((HeadFitter) fitter).note())
                .collect(Collectors.joining());
        float[][] outOfFold = choice.honest(divisions.folds());
        List<Splits.Split> others = divisions.ungrouped().orElse(divisions.folds());
        return new HeadFit(
                head,
                candidates.stream().map(HeadCandidate::trial).toList(),
                best.setting() + note,
                outOfFold,
                foldOf(divisions.folds()),
                divisions.ungrouped().isPresent() ? calibrated(best.with().apply(others)) : outOfFold,
                foldOf(others));
    }

    /** The fold that holds each image out, {@code [N]}. */
    static int[] foldOf(List<Splits.Split> folds) {
        int[] foldOf =
                new int[folds.stream().mapToInt(fold -> fold.held().length).sum()];
        for (int f = 0; f < folds.size(); f++) {
            for (int image : folds.get(f).held()) {
                foldOf[image] = f;
            }
        }
        return foldOf;
    }

    private float[][] calibrated(float[][] logits) {
        double factor = new LogitMetrics(logits, data.labels()).bestFactor(data.weights());
        float[][] scaled = new float[logits.length][];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = LogitMetrics.scaled(logits[i], factor);
        }
        return scaled;
    }

    private <T extends AutoCloseable> T opened(T fitter) {
        open.add(fitter);
        return fitter;
    }

    @Override
    public void close() {
        for (int i = open.size() - 1; i >= 0; i--) {
            try {
                open.get(i).close();
            } catch (Exception e) {
                throw new IllegalStateException("freeing the memory of a fit failed: " + e.getMessage(), e);
            }
        }
    }
}
