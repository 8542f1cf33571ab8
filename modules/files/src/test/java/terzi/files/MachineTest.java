package terzi.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MachineTest {
    @Test
    void aProcessorIsWhatItsSystemTells() {
        Machine none = Machine.of(List.of(), 3);
        assertEquals(System.getProperty("os.arch"), none.cpu());
        assertEquals(3, none.cores());
        assertEquals(3, none.present());
        List<String> told = List.of(
                "processor : 0",
                "model name : One",
                "processor : 1",
                "model name : Two",
                "processor : 2",
                "flags : amx_bf16 sse fma",
                "no value");
        Machine some = Machine.of(told, 2);
        assertEquals("One", some.cpu());
        assertEquals(2, some.cores());
        assertEquals(3, some.present());
        assertEquals(List.of("fma", "amx_bf16"), some.features());
        assertTrue(some.computesInBfloat16());
        assertFalse(Machine.of(List.of("flags : bf16 amx_int8"), 1).computesInBfloat16());
        assertEquals("0 cores", Machine.cores(0));
        assertEquals(Runtime.getRuntime().availableProcessors(), Machine.here().cores());
    }

    @Test
    void choosesBfloat16OnlyWhereTheProcessorHasIt() {
        List<String> told =
                List.of("processor\t: 0", "model name\t: Fast 7: two", "flags\t\t: fpu avx512_bf16 avx512f");
        Machine fast = Machine.of(told, 1);
        assertTrue(fast.computesInBfloat16());
        assertEquals("Fast 7: two", fast.cpu());
        assertEquals(List.of("avx512f", "avx512_bf16"), fast.features());
        assertFalse(Machine.of(List.of("flags\t\t: fpu avx2"), 2).computesInBfloat16());
        assertEquals(
                List.of("bf16"), Machine.of(List.of("Features\t: fp bf16"), 2).features());
        assertFalse(Machine.of(List.of(), 2).computesInBfloat16());
        assertEquals(2, Machine.of(List.of(), 2).present());
        assertEquals("1 core", Machine.cores(1));
        assertEquals("2 cores", Machine.cores(2));
    }

    @Test
    void thisMachineIsNamed() {
        Machine here = Machine.here();
        assertFalse(here.cpu().isBlank());
        assertTrue(here.memoryBytes() > Runtime.getRuntime().totalMemory(), here.toString());
        assertTrue(here.system().startsWith(System.getProperty("os.name")), here.system());
        assertEquals(Runtime.version().toString(), here.java());
    }
}
