package terzi.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "caf\u00e9",
                "cafe\u0301",
                " caf\u00e9",
                "caf\u00e9\t\n",
                "\u00a0cafe\u0301\u3000",
                "\ufeffcaf\u00e9\u200b"
            })
    void whiteSpaceAroundAndTheFormOfAccentsDoNotCount(String text) {
        assertEquals("caf\u00e9", Labels.normalized(text));
    }

    @Test
    void whiteSpaceInsideAndCompatibilityFormsStay() {
        assertEquals("T-shirt  top", Labels.normalized("T-shirt  top "));
        assertEquals("\ufb01sh", Labels.normalized("\ufb01sh"), "NFKC would make it fish");
        assertEquals("", Labels.normalized(" \u00a0"));
    }

    @Test
    void controlCharactersAreWrittenOut() {
        assertEquals("\\x1B[31mred", Labels.normalized("\u001b[31mred"));
        assertEquals("a\\x0Ab", Labels.normalized("a\nb"));
        assertEquals("a\\x0Ab", Labels.normalized(Labels.normalized("a\nb")));
    }

    @Test
    void aLabelIsFoundAsItIsBeforeOneThatIsAlike() {
        List<String> labels = List.of("cats", " cats", "cafe\u0301");
        assertEquals(1, Labels.indexOf(labels, " cats"));
        assertEquals(0, Labels.indexOf(labels, "cats "));
        assertEquals(2, Labels.indexOf(labels, "caf\u00e9"));
        assertEquals(-1, Labels.indexOf(labels, "Cats"));
    }
}
