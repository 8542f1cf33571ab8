package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorFileTest {
    @TempDir
    Path temporary;

    private Path file(String header, float... values) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(8 + json.length + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return Files.write(temporary.resolve("t.safetensors"), bytes.array());
    }

    @Test
    void readsAFileAsTheSafetensorsFormatDescribesIt() throws IOException {
        Path file = file(
                "{\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}",
                1.5f,
                -2,
                3);
        Map<String, TensorFile.Values> tensors = TensorFile.read(file);
        assertEquals(List.of("b", "a"), new ArrayList<>(tensors.keySet()));
        assertArrayEquals(new float[] {-2, 3}, tensors.get("b").values());
        assertEquals(List.of(2L), tensors.get("b").shape());
        assertArrayEquals(new float[] {1.5f}, tensors.get("a").values());
        assertEquals(List.of(), tensors.get("a").shape());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void writesAHeaderOfWholeWordsAndTheValuesInLittleEndian(int nameLength) throws IOException {
        Map<String, TensorFile.Values> tensors = new LinkedHashMap<>();
        tensors.put("n".repeat(nameLength), new TensorFile.Values(List.of(1L, 2L), new float[] {1, 2}));
        tensors.put("other", new TensorFile.Values(List.of(1L), new float[] {-0.5f}));
        Path file = temporary.resolve("w" + nameLength);
        TensorFile.write(file, tensors);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        long header = bytes.getLong();
        assertEquals(0, header % 8);
        String json = new String(bytes.array(), 8, (int) header, StandardCharsets.UTF_8);
        String plain = "{\"" + "n".repeat(nameLength) + "\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
                + "\"other\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}";
        assertEquals(plain, json.stripTrailing());
        assertTrue(json.length() - plain.length() < 8);
        bytes.position(8 + (int) header);
        assertEquals(1, bytes.getFloat());
        assertEquals(2, bytes.getFloat());
        assertEquals(-0.5f, bytes.getFloat());
        assertEquals(0, bytes.remaining());
        assertArrayEquals(
                new float[] {-0.5f}, TensorFile.read(file).get("other").values());
    }

    @Test
    void anExistingFileIsNotOverwritten() throws IOException {
        Path file = Files.writeString(temporary.resolve("there"), "mine");
        assertThrows(IOException.class, () -> TensorFile.write(file, Map.of()));
        assertEquals("mine", Files.readString(file));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-4,4]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\"",
            })
    void aHeaderThatDoesNotFitTheValuesIsDamage(String header) throws IOException {
        Path file = file(header, 1, 2);
        IOException e = assertThrows(IOException.class, () -> TensorFile.read(file));
        assertTrue(e.getMessage().startsWith(file + ": damaged: "), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 19, 100_000_001, Long.MAX_VALUE})
    void aHeaderLengthThatCannotBeIsDamage(long length) throws IOException {
        Path file = temporary.resolve("length");
        ByteBuffer bytes = ByteBuffer.allocate(8 + 18).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(length).put("{}".getBytes(StandardCharsets.UTF_8));
        Files.write(file, bytes.array());
        IOException e = assertThrows(IOException.class, () -> TensorFile.read(file));
        assertTrue(e.getMessage().contains("damaged: the header claims " + length), e.getMessage());
    }

    @Test
    void theSmallestFileHasEightBytesAndAnEmptyHeader() throws IOException {
        Path file = Files.write(temporary.resolve("short"), new byte[7]);
        IOException e = assertThrows(IOException.class, () -> TensorFile.read(file));
        assertTrue(e.getMessage().contains("found only 7 bytes"), e.getMessage());
        assertEquals(Map.of(), TensorFile.read(file("{}")));
        Path eight = Files.write(temporary.resolve("eight"), new byte[8]);
        assertTrue(assertThrows(IOException.class, () -> TensorFile.read(eight))
                .getMessage()
                .contains("claims 0 bytes"));
    }
}
