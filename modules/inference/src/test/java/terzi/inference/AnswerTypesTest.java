package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.beans.Transient;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** JSON libraries and Kotlin read an answer as they read any record, so applications need no copy of it. */
class AnswerTypesTest {

    /** Draws on images, and holds an ONNX session: neither is data. */
    private static final Set<Class<?>> NO_DATA = Set.of(HeatMap.class, ImageClassifier.class, NearestImages.class);

    @Test
    void everyAnswerIsARecordOfPlainComponents() {
        Set<String> records = new TreeSet<>();
        for (Class<?> type : List.of(ImageClassifier.class, NearestImages.class)) {
            for (Method method : type.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers())) {
                    answers(method.getGenericReturnType(), records);
                }
            }
        }
        assertEquals(
                Set.of(
                        "ActivationMap",
                        "ClassifierInfo",
                        "Device",
                        "Failed",
                        "Labelled",
                        "Neighbour",
                        "Outputs",
                        "Prediction",
                        "Score"),
                records);
    }

    private static void answers(Type type, Set<String> records) {
        if (type instanceof ParameterizedType generic) {
            answers(generic.getRawType(), records);
            Arrays.stream(generic.getActualTypeArguments()).forEach(argument -> answers(argument, records));
        } else if (type instanceof Class<?> answer
                && !answer.isEnum()
                && answer.getName().startsWith("terzi.inference.")
                && !NO_DATA.contains(answer)) {
            if (answer.isSealed()) {
                Stream.of(answer.getPermittedSubclasses()).forEach(permitted -> record(permitted, records));
            } else {
                record(answer, records);
            }
        }
    }

    private static void record(Class<?> type, Set<String> records) {
        assertTrue(type.isRecord() && Modifier.isPublic(type.getModifiers()), type + " must be a public record");
        records.add(type.getSimpleName());
        for (RecordComponent component : type.getRecordComponents()) {
            assertTrue(Modifier.isPublic(component.getAccessor().getModifiers()), type + "." + component);
            if (!component.getAccessor().isAnnotationPresent(Transient.class)) {
                assertTrue(isPlain(component.getGenericType()), type + "." + component + " must be of a plain type");
                answers(component.getGenericType(), records);
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            assertTrue(
                    method.getParameterCount() > 0 || !method.getName().matches("(get|is)[A-Z].*"),
                    method + " would be read as a property that is not there");
        }
    }

    /** Not Optional, which Jackson 2 refuses without a module, nor Throwable, of which it writes the stack. */
    private static boolean isPlain(Type type) {
        if (type instanceof ParameterizedType generic) {
            return Set.of(List.class, Map.class).contains(generic.getRawType())
                    && Arrays.stream(generic.getActualTypeArguments()).allMatch(AnswerTypesTest::isPlain);
        }
        if (type instanceof Class<?> plain) {
            return plain.isArray()
                    ? isPlain(plain.getComponentType())
                    : plain.isPrimitive() || plain.isEnum() || plain.isRecord() || plain == String.class;
        }
        return type instanceof TypeVariable; // the application's own
    }

    @Test
    void answersWithTheSameNumbersAreEqual() {
        assertEquals(prediction(0.75f), prediction(0.75f));
        assertEquals(prediction(0.75f).hashCode(), prediction(0.75f).hashCode());
        assertNotEquals(prediction(0.75f), prediction(0.625f));
        assertEquals(map(1), map(1));
        assertEquals(map(1).hashCode(), map(1).hashCode());
        assertNotEquals(map(1), map(2));
        assertEquals(outputs(1), outputs(1));
        assertEquals(outputs(1).hashCode(), outputs(1).hashCode());
        assertNotEquals(outputs(1), outputs(2));
    }

    @Test
    void changesOfArraysDoNotReachTheAnswer() {
        float[] numbers = {0.75f, 0.25f};
        Prediction prediction = new Prediction("cat", 0.75f, List.of(new Score("cat", 0, 0.75f)), numbers);
        ActivationMap map = new ActivationMap(2, 1, numbers);
        float[][] rows = {numbers};
        float[] strangeness = {0.5f};
        Outputs outputs = new Outputs(rows, rows, rows, strangeness, List.of(List.of(map)));
        numbers[0] = 9;
        rows[0] = new float[0];
        strangeness[0] = 9;
        outputs.strangeness()[0] = 9;
        prediction.probabilities()[0] = 9;
        map.values()[0] = 9;
        for (float[][] given : List.of(outputs.probabilities(), outputs.logits(), outputs.features())) {
            assertArrayEquals(new float[][] {{0.75f, 0.25f}}, given);
            given[0][0] = 9;
        }
        float[] expected = {0.75f, 0.25f};
        assertArrayEquals(expected, prediction.probabilities());
        assertArrayEquals(expected, map.values());
        assertArrayEquals(expected, outputs.probabilities()[0]);
        assertArrayEquals(expected, outputs.logits()[0]);
        assertArrayEquals(expected, outputs.features()[0]);
        assertArrayEquals(new float[] {0.5f}, outputs.strangeness());
    }

    @Test
    void aPredictionBeginsWithItsLabel() {
        List<Score> top = List.of(new Score("cat", 0, 0.75f));
        float[] all = {0.75f, 0.25f};
        for (Object[] wrong : new Object[][] {{"dog", 0.75f, top}, {"cat", 0.25f, top}, {"cat", 0.75f, List.of()}}) {
            @SuppressWarnings("unchecked")
            List<Score> scores = (List<Score>) wrong[2];
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new Prediction((String) wrong[0], (float) wrong[1], scores, all));
        }
    }

    @Test
    void aFailureIsToldAndThrown() {
        IOException cause = new IOException("shoe.jpg: is empty");
        Classified<String> failed = Classified.Failed.of("shoe.jpg", cause);
        assertEquals(cause, failed.failure().orElseThrow());
        assertEquals(
                "shoe.jpg: is empty",
                assertThrows(RuntimeException.class, failed::prediction).getMessage());
        Classified<String> labelled = new Classified.Labelled<>("shoe.jpg", prediction(0.75f));
        assertTrue(labelled.failure().isEmpty());
        assertEquals("shoe.jpg: cat 75.0 %", labelled.toString());
    }

    private static Prediction prediction(float probability) {
        return PredictionTest.prediction(
                List.of("cat", "dog"),
                new Answer(new float[] {probability, 1 - probability}, 0.5f),
                options -> options.withTopK(1));
    }

    private static ActivationMap map(float value) {
        return new ActivationMap(1, 1, new float[] {value});
    }

    private static Outputs outputs(float value) {
        return new Outputs(
                new float[][] {{1}},
                new float[][] {{value}},
                new float[1][0],
                new float[] {0.5f},
                List.of(List.of(map(value))));
    }
}
