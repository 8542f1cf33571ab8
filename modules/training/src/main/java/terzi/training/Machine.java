package terzi.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the processor can do. */
final class Machine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private Machine() {}

    /** Whether this processor multiplies bfloat16 numbers itself; false where that cannot be found out. */
    static boolean computesInBfloat16() {
        try {
            return computesInBfloat16(Files.readAllLines(CPU_INFO));
        } catch (IOException e) {
            return false;
        }
    }

    static boolean computesInBfloat16(List<String> cpuInfo) {
        return cpuInfo.stream()
                .filter(line -> line.startsWith("flags"))
                .findFirst()
                .map(line -> List.of(line.split("\\s+")))
                .filter(flags -> flags.contains("avx512_bf16") || flags.contains("amx_bf16"))
                .isPresent();
    }

    /** 0 = one for each core. */
    static int threads(int wanted) {
        return wanted == 0 ? Runtime.getRuntime().availableProcessors() : wanted;
    }
}
