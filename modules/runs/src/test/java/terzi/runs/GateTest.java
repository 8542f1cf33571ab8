package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import terzi.evaluation.Evaluation;

class GateTest {
    /** Three of four right. */
    private static final Evaluation EVALUATION = Evaluation.of(
            List.of("a", "b"), new int[] {0, 0, 1, 1}, new float[][] {{0.9f, 0.1f}, {0.2f, 0.8f}, {0.1f, 0.9f}, {0, 1}
            });

    @Test
    void comparesTheFigureWithTheBound() {
        assertTrue(Gate.parse("accuracy>=0.75").isMet(EVALUATION));
        assertFalse(Gate.parse("accuracy > 0.75").isMet(EVALUATION));
        assertTrue(Gate.parse("accuracy>=75%").isMet(EVALUATION));
        assertTrue(Gate.parse("accuracy<=0.75").isMet(EVALUATION));
        assertFalse(Gate.parse("accuracy<0.75").isMet(EVALUATION));
        assertTrue(Gate.parse("top_2>=1").isMet(EVALUATION));
        assertFalse(Gate.parse("accuracy_low>0.5").isMet(EVALUATION));
    }

    @Test
    void isWrittenAsItWasMeant() {
        assertEquals("ece<0.000001", Gate.parse("ece < 1e-6").toString());
    }

    @Test
    void refusesWhatItDoesNotUnderstand() {
        for (String wrong : List.of("", "accuracy", "accuracy=0.9", "accuracy>=", "accuracy>=1..2", "top_0>1", "x>1")) {
            assertThrows(IllegalArgumentException.class, () -> Gate.parse(wrong), wrong);
        }
    }
}
