package terzi.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ONNX's table of versions (docs/Versioning.md), its element types and the forms of its operators. */
class OpsetsTest {

    @ParameterizedTest
    @CsvSource({
        "1, 3", "5, 3", "6, 3", "7, 3", "8, 3", "9, 4", "10, 5", "11, 6", "12, 7", "13, 7", "14, 7", "15, 8", "16, 8",
        "17, 8", "18, 8", "19, 9", "20, 9", "21, 10", "22, 10", "23, 11", "24, 12", "25, 13", "26, 13"
    })
    void eachOpsetHasTheFileFormatOfItsRelease(long opset, long irVersion) {
        assertEquals(irVersion, Opsets.irVersion(opset));
    }

    @Test
    void codesOfElementTypesAreThoseOfOnnx() {
        assertEquals(Optional.of(DataType.FLOAT), DataType.find(1));
        assertEquals(Optional.of(DataType.INT64), DataType.find(7));
        assertEquals(Optional.of(DataType.BFLOAT16), DataType.find(16));
        assertEquals(Optional.of(DataType.INT2), DataType.find(26));
        assertEquals(Optional.of(DataType.UNDEFINED), DataType.find(0));
        assertEquals(Optional.empty(), DataType.find(27));
        assertEquals(Optional.empty(), DataType.find(-1));
        assertThrows(IllegalArgumentException.class, () -> DataType.of(27));
        for (DataType type : DataType.values()) {
            assertEquals(type, DataType.of(type.onnxCode()));
            boolean real = type.name().contains("FLOAT") || type == DataType.DOUBLE;
            assertEquals(real, type.isFloat(), type.name());
            assertEquals(type.name().contains("INT"), type.isInteger(), type.name());
        }
        assertEquals("float32", DataType.FLOAT.label());
        assertEquals("float64", DataType.DOUBLE.label());
        assertEquals("uint8", DataType.UINT8.label());
    }

    @Test
    void anOperatorHasTheFormOfItsOpset() {
        // later forms of Clip only take more types
        assertEquals(11, OperatorSchema.of("Clip", 11).orElseThrow().sinceVersion());
        assertEquals(6, OperatorSchema.of("Clip", 10).orElseThrow().sinceVersion());
        assertEquals(11, OperatorSchema.of("Clip", Long.MAX_VALUE).orElseThrow().sinceVersion());
        assertEquals(Optional.empty(), OperatorSchema.of("Gelu", 19));
        assertEquals(20, OperatorSchema.of("Gelu", 20).orElseThrow().sinceVersion());
        assertEquals(Optional.empty(), OperatorSchema.of("Upsample", 10)); // withdrawn
        assertTrue(OperatorSchema.of("Upsample", 9).isPresent());
        assertEquals(Optional.empty(), OperatorSchema.of("NoSuch", 9));
    }

    private static String problem(Node node, long opset) {
        List<String> problems = OperatorSchema.problems(node, opset);
        return problems.isEmpty() ? "" : problems.get(0);
    }

    @Test
    void formsThatAreWrongAreSaid() {
        Node gelu = Node.of("n", "Gelu", List.of("x"), List.of("y"));
        assertEquals("node n (Gelu, opset 19): Gelu exists since opset 20", problem(gelu, 19));
        assertEquals("", problem(gelu, 20));
        Node upsample = Node.of("n", "Upsample", List.of("x", "s"), List.of("y"));
        assertTrue(problem(upsample, 13).endsWith("Upsample was withdrawn in opset 10"), problem(upsample, 13));
        assertTrue(problem(Node.of("n", "Nope", List.of(), List.of("y")), 13).contains("is not an operator of ONNX"));
        Node relu = Node.of("n", "Relu", List.of("x", "z"), List.of("y"));
        assertTrue(problem(relu, 13).endsWith("takes 1 inputs, it has 2"), problem(relu, 13));
        assertTrue(problem(relu.withInputs(List.of("x")).withOutputs(List.of()), 13)
                .endsWith("gives 1 outputs, it has 0"));
        assertTrue(problem(relu.withInputs(List.of("x")).with("slope", Attribute.of(1)), 13)
                .contains("has no attribute slope"));
        Node cast = Node.of("n", "Cast", List.of("x"), List.of("y"));
        assertTrue(problem(cast, 13).endsWith("needs the attribute to"));
        assertTrue(problem(cast.with("to", Attribute.of("float")), 13).endsWith("attribute to must be Int, it is Str"));
        assertEquals("", problem(cast.with("to", Attribute.of(1)), 13));
        Node other = new Node("n", "org.example", "Nope", List.of(), List.of("y"), java.util.Map.of(), Origin.NONE);
        assertEquals(List.of(), OperatorSchema.problems(other, 13));
    }

    @Test
    void countsAreReadAsTheyAreWritten() {
        OperatorSchema.Count some = OperatorSchema.Count.parse("1-3");
        assertFalse(some.allows(0));
        assertTrue(some.allows(1));
        assertTrue(some.allows(3));
        assertFalse(some.allows(4));
        assertEquals("1 to 3", some.toString());
        assertEquals("2", OperatorSchema.Count.parse("2-2").toString());
        OperatorSchema.Count many = OperatorSchema.Count.parse("1-*");
        assertTrue(many.allows(Integer.MAX_VALUE));
        assertEquals("1 or more", many.toString());
    }
}
