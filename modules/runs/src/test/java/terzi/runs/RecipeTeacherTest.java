package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class RecipeTeacherTest {
    @Test
    void severalTeachersAnswerWithTheMeanOfTheirProbabilities() {
        // odds of 3 : 1 and of 1 : 7
        float[][] logits = {{(float) Math.log(3), 0}, {5, 5 + (float) Math.log(7)}};
        float[] answer = RecipeTeacher.together(logits);
        assertEquals(Math.log((0.75 + 0.125) / 2), answer[0], 1e-6);
        assertEquals(Math.log((0.25 + 0.875) / 2), answer[1], 1e-6);
    }

    @Test
    void whatNoTeacherHoldsForPossibleStaysANumber() {
        float[] answer = RecipeTeacher.together(new float[][] {{0, -500}, {0, -500}});
        assertEquals(Math.log(Float.MIN_NORMAL), answer[1], 1e-4);
    }
}
