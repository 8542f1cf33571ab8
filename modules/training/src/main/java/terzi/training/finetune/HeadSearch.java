package terzi.training.finetune;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import terzi.data.Splits;
import terzi.training.finetune.FineTuningListener.Work;
import terzi.training.recipe.HeadFitting;
import terzi.training.recipe.HeadForm;
import terzi.training.run.Cancellation;

/** The first stage: tries forms of heads on features of one and of two stages, and fits the chosen one to all images. */
final class HeadSearch implements AutoCloseable {
    /** Up to so many images of a class, a choice would be noise: one setting that does well with few images is taken. */
    private static final int FEW_PER_CLASS = 10;

    private static final double SHRINKAGE_FOR_FEW = 0.95;
    private static final int FORMS = 3;

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
        int folds = divisions.folds().size();
        HeadFitting.Kernel kernel = options.kernel();
        int ofKernel = kernel.powers().size()
                + kernel.gammas().size()
                + kernel.strengths().size()
                - 2;
        int each =
                switch (options.form()) {
                    case AUTO ->
                        options.discriminant().powers().size()
                                + (isKernelPossible()
                                        ? ofKernel
                                        : folds * options.strengths().size());
                    case DISCRIMINANT -> options.discriminant().powers().size();
                    case LINEAR -> folds * options.strengths().size();
                    case KERNEL ->
                        isKernelPossible()
                                ? ofKernel
                                : folds * options.strengths().size();
                };
        long total = isFew() ? 1 : (long) sets * each;
        this.search = new HeadFitter.Search(divisions.folds(), cancellation, new Meter(listener, Work.HEAD, 0, total));
    }

    /**
     * Fits a head.
     *
     * @param widths of the features to choose among, ascending; the first columns of each row
     */
    static HeadFit fit(
            NDManager manager,
            HeadFitter.Data data,
            List<Integer> widths,
            HeadFitting options,
            Divisions divisions,
            Cancellation cancellation,
            FineTuningListener listener) {
        try (HeadSearch all =
                new HeadSearch(manager, data, options, divisions, cancellation, listener, widths.size())) {
            List<Integer> tried = all.isFew() ? widths.subList(0, 1) : widths;
            for (int set = 0; set < tried.size(); set++) {
                String on = widths.size() == 1 ? "" : set == 0 ? " on the last stage" : " on the last two stages";
                all.collect(data.withWidth(tried.get(set)), set * FORMS, on);
            }
            return all.chosen();
        }
    }

    /** Whether the form is free and there are too few images to choose. */
    private boolean isFew() {
        return options.form() == HeadForm.AUTO && data.labels().length <= FEW_PER_CLASS * data.classes();
    }

    private boolean isKernelPossible() {
        return KernelFitter.views(data.labels().length, data.views(), options.kernel()) > 0;
    }

    private void collect(HeadFitter.Data on, int simplicity, String name) {
        HeadForm form = options.form();
        int views = KernelFitter.views(on.labels().length, on.views(), options.kernel());
        if (form == HeadForm.AUTO || form == HeadForm.DISCRIMINANT) {
            Powers powers = opened(new Powers(manager, on));
            DiscriminantFitter fitter = opened(new DiscriminantFitter(manager, powers, on, search, simplicity, name));
            if (isFew()) {
                List<Double> all = options.discriminant().powers();
                candidates.addAll(fitter.judged(all.get(all.size() / 2), List.of(SHRINKAGE_FOR_FEW)));
                return;
            }
            candidates.addAll(fitter.search(options.discriminant()));
        }
        if (form == HeadForm.LINEAR || (form != HeadForm.DISCRIMINANT && views == 0)) {
            HeadFitter fitter = opened(new HeadFitter(manager, on, options, search, simplicity + 1, name));
            candidates.addAll(fitter.search());
        } else if (form != HeadForm.DISCRIMINANT) {
            HeadFitter.Data fewer = on.withViews(views);
            Powers powers = opened(new Powers(manager, fewer));
            KernelFitter fitter = opened(new KernelFitter(manager, powers, fewer, search, simplicity + 2, name));
            List<KernelFitter.Tried> tried = fitter.search(
                    options.kernel(), start.orElseGet(() -> KernelFitter.Setting.middle(options.kernel())));
            start = Optional.of(KernelFitter.best(tried).setting());
            tried.forEach(one -> candidates.add(one.candidate()));
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
