package terzi.runs;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import terzi.evaluation.Evaluation;

/**
 * A condition on one figure of an evaluation, such as {@code accuracy>=0.93}.
 *
 * @param figure the name of a figure, such as {@code macro_f1} or {@code top_3}
 * @param comparison {@code >=}, {@code <=}, {@code >} or {@code <}
 * @param bound the number it is compared with
 */
public record Gate(String figure, String comparison, double bound) {
    private static final Pattern SYNTAX =
            Pattern.compile("\\s*([a-z_0-9]+)\\s*(>=|<=|>|<)\\s*([0-9.eE+-]+)\\s*(%?)\\s*");
    private static final Pattern TOP_K = Pattern.compile("top_([1-9]\\d{0,3})");
    private static final Map<String, ToDoubleFunction<Evaluation>> FIGURES = Map.of(
            "accuracy", Evaluation::accuracy,
            "accuracy_low", evaluation -> evaluation.accuracyInterval().low(),
            "balanced_accuracy", evaluation -> evaluation.confusion().balancedAccuracy(),
            "macro_precision", evaluation -> evaluation.macro().precision(),
            "macro_recall", evaluation -> evaluation.macro().recall(),
            "macro_f1", evaluation -> evaluation.macro().f1(),
            "weighted_f1", evaluation -> evaluation.weighted().f1(),
            "log_loss", Evaluation::logLoss,
            "ece", Evaluation::ece);

    /**
     * {@return conditions in their order}
     *
     * @param texts as for {@link #parse(String)}
     * @throws IllegalArgumentException for anything else than known figures, comparisons and numbers
     */
    public static List<Gate> parse(List<String> texts) {
        return texts.stream().map(Gate::parse).toList();
    }

    /**
     * {@return a condition}
     *
     * @param text such as {@code accuracy>=0.93}; {@code 93%} is 0.93
     *
     * @throws IllegalArgumentException for anything else than a known figure, a comparison and a number
     */
    public static Gate parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "gate '" + text + "': expected a figure, a comparison and a number, such as accuracy>=0.93");
        }
        String figure = matcher.group(1);
        if (!FIGURES.containsKey(figure) && !TOP_K.matcher(figure).matches()) {
            throw new IllegalArgumentException(
                    "gate '" + text + "': there is no figure '" + figure + "'; expected one of "
                            + Stream.concat(FIGURES.keySet().stream().sorted(), Stream.of("top_K"))
                                    .collect(Collectors.joining(", ")));
        }
        try {
            double bound = Double.parseDouble(matcher.group(3));
            return new Gate(figure, matcher.group(2), matcher.group(4).isEmpty() ? bound : bound / 100);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("gate '" + text + "': '" + matcher.group(3) + "' is not a number", e);
        }
    }

    double value(Evaluation evaluation) {
        ToDoubleFunction<Evaluation> known = FIGURES.get(figure);
        if (known != null) {
            return known.applyAsDouble(evaluation);
        }
        return evaluation.topK(Integer.parseInt(figure.substring("top_".length())));
    }

    boolean isMet(Evaluation evaluation) {
        double value = value(evaluation);
        return switch (comparison) {
            case ">=" -> value >= bound;
            case "<=" -> value <= bound;
            case ">" -> value > bound;
            default -> value < bound;
        };
    }

    /** {@code accuracy>=0.93}. */
    @Override
    public String toString() {
        return figure
                + comparison
                + new BigDecimal(Double.toString(bound)).stripTrailingZeros().toPlainString();
    }
}
