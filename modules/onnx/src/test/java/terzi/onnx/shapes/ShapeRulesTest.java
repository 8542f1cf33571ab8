package terzi.onnx.shapes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Origin;

/** Which operators of ONNX have a shape rule. */
class ShapeRulesTest {
    /** No image network that is trained here uses them; their results stay open. */
    private static final String WITHOUT =
            """
            sequences: SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength SequenceMap
            ConcatFromSequence SplitToSequence Optional OptionalGetElement OptionalHasElement
            strings: RegexFullMatch StringConcat StringNormalizer StringSplit TfIdfVectorizer
            sound: BlackmanWindow HammingWindow HannWindow DFT STFT MelWeightMatrix
            language: Attention CausalConvWithState LinearAttention RotaryEmbedding SwiGLU TensorScatter
            loops: Loop Scan
            rare: BitCast Col2Im CumProd DeformConv Einsum ImageDecoder MaxUnpool Multinomial Unique
            """;

    /** Of opset 1, experimental: no operator of a later specification, so the list of operators does not have them. */
    private static final Set<String> EXPERIMENTAL = Set.of("Affine", "ImageScaler", "ParametricSoftplus", "Scale");

    private static Set<String> operators() throws IOException {
        Set<String> names = new TreeSet<>();
        try (InputStream stream = Objects.requireNonNull(Model.class.getResourceAsStream("operators.txt"));
                BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            reader.lines().filter(line -> !line.startsWith("#")).forEach(line -> names.add(line.split(" ", 2)[0]));
        }
        return names;
    }

    @Test
    void everyOtherOperatorOfTheSpecificationHasARule() throws IOException {
        Set<String> expected = operators();
        expected.removeAll(List.of(WITHOUT.split("\\s+", -1)));
        expected.addAll(EXPERIMENTAL);
        assertEquals(expected, new TreeSet<>(ShapeRules.all().keySet()));
    }

    @Test
    void anOperatorOfAnotherDomainIsAnotherOperator() {
        Node relu = Node.of("n", "Relu", List.of("x"), List.of("y"));
        Node other = new Node("n", "com.example", "Relu", List.of("x"), List.of("y"), Map.of(), Origin.NONE);
        assertTrue(ShapeRules.find(relu).isPresent());
        assertTrue(ShapeRules.find(other).isEmpty());
    }
}
