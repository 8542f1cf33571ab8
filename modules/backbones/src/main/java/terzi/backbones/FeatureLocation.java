package terzi.backbones;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Where the features of a network are: what a new classification head takes. */
public enum FeatureLocation {
    /** At the input of the network's own classification head. */
    POOLED("pooled"),
    /** The first of the tokens {@code last_hidden_state} {@code [N, T, F]}. */
    CLS("cls"),
    /** The mean of all tokens {@code last_hidden_state} {@code [N, T, F]}. */
    MEAN("mean"),
    /** The first token, joined with the mean of the others: {@code [N, 2 F]}. */
    CLS_AND_MEAN("cls+mean"),
    /** The output {@code pooler_output} {@code [N, F]} or {@code [N, F, 1, 1]}. */
    POOLER_OUTPUT("pooler_output");

    private final String word;

    FeatureLocation(String word) {
        this.word = word;
    }

    /**
     * {@return the location of a name, such as {@code cls+mean}}
     *
     * @param word name of a location
     * @throws IllegalArgumentException if there is none of that name; the message lists the names
     */
    public static FeatureLocation parse(String word) {
        return Arrays.stream(values())
                .filter(location -> location.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("features: expected one of "
                        + Arrays.stream(values()).map(FeatureLocation::toString).collect(Collectors.joining(", "))
                        + ", found '" + word + "'"));
    }

    /** {@return the name, such as {@code cls+mean}} */
    @Override
    public String toString() {
        return word;
    }
}
