package terzi.evaluation.report;

import java.util.ArrayList;
import java.util.List;
import terzi.evaluation.ClassMetrics;
import terzi.evaluation.LabelErrors;
import terzi.files.RunFile;

/** Advice that fits the part of the network that was trained, derived from the figures. */
final class NextSteps {
    private static final double LARGE_ECE = 0.05;
    private static final int FEW = 300;

    private NextSteps() {}

    static List<String> of(Conclusions conclusions, Report.Training training) {
        List<String> ideas = new ArrayList<>();
        conclusions.labelErrors().filter(LabelErrors::isWorthALook).ifPresent(errors -> ideas.add(aboutLabels(errors)));
        // wrong labels make a gap that no regularisation closes
        boolean wrongLabels = conclusions
                .labelErrors()
                .filter(errors -> errors.isWorthALook() && errors.isLargeShare())
                .isPresent();
        List<Report.Step> steps = training.steps();
        if (steps.size() > 1 && training.endsAtItsBest()) {
            ideas.add("More epochs: the last one was the best, so training had not converged");
        }
        conclusions.fit().ifPresent(fit -> {
            if (fit.gap() > Conclusions.LARGE_GAP && fit.isBeyondChance()) {
                if (!wrongLabels) {
                    ideas.add(againstGap(conclusions));
                }
            } else if (fit.gap() < Conclusions.SOME_GAP / 2 && fit.others().high() < Conclusions.WEAK_RECALL) {
                ideas.add(againstWeakness(conclusions));
            }
        });
        conclusions
                .weakestClass()
                .filter(metrics -> metrics.recall() < Conclusions.WEAK_RECALL)
                .ifPresent(metrics -> ideas.add(about(metrics)));
        if (conclusions
                .shown()
                .filter(evaluation -> evaluation.count() >= FEW && evaluation.ece() > LARGE_ECE)
                .isPresent()) {
            ideas.add("More validation images, like those in use: confidence and accuracy differ widely");
        }
        if (conclusions.isWide()) {
            ideas.add((conclusions.folds().isPresent() ? "More images" : "More images to measure on")
                    + ": the interval is wide");
        }
        return ideas;
    }

    private static String aboutLabels(LabelErrors errors) {
        return "Correct labels: about " + Counted.of(errors.estimate(), "label looks", "labels look") + " wrong ("
                + Numbers.tenths((double) errors.estimate() / errors.images()) + " % of "
                + Counted.of(errors.images(), "image") + "); see " + RunFile.LABEL_ERRORS;
    }

    /** Against a large gap: what makes the trained part depend less on single images. */
    private static String againstGap(Conclusions conclusions) {
        return conclusions
                .learned()
                .map(part -> switch (part) {
                    case LINEAR_HEAD, KERNEL_HEAD ->
                        "More images, cleaner labels or another backbone; the regularisation of the head is chosen by"
                                + " cross-validation already";
                    case DEEPER_LAYERS ->
                        "More images, stronger augmentation or weight decay, or fewer layers to train: it memorises its"
                                + " training images";
                    case NETWORK ->
                        "More images or stronger augmentation, weight decay or dropout: it memorises its training images";
                })
                .orElse("More images: accuracy is much higher on its training images");
    }

    /** Against a low accuracy on training images too: what makes the trained part able to learn more. */
    private static String againstWeakness(Conclusions conclusions) {
        return conclusions
                .learned()
                .map(part -> switch (part) {
                    case LINEAR_HEAD, KERNEL_HEAD ->
                        "A stronger backbone, or training its deeper layers too: accuracy is hardly higher on its training images";
                    case DEEPER_LAYERS ->
                        "A stronger backbone, more layers to train or longer training: accuracy is hardly higher on its training images";
                    case NETWORK ->
                        "A larger network or longer training: accuracy is hardly higher on its training images";
                })
                .orElse("A stronger network: accuracy is hardly higher on its training images");
    }

    private static String about(ClassMetrics weakest) {
        if (weakest.support() < Conclusions.TOO_FEW) {
            return "More images of " + weakest.label() + " to measure on: "
                    + Counted.of(weakest.support(), "image is", "images are") + " too few to tell";
        }
        return "More, and more varied, images of " + weakest.label() + "; look at the misclassified ones first";
    }
}
